// Named queries of the mock. Whoever may read the table of one that is shared sees its text, who may know of it may ask.
import { randomUUID } from "node:crypto";
import { sight } from "./charts.mjs";
import { notFound, Refusal } from "./serve.mjs";

const kept = [
  {
    id: "5a0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44",
    name: "Complaints of a state",
    description: "By month, newest first.",
    owner: "ds",
    database: "default",
    sql: "SELECT month, complaints\nFROM complaints_consumption.by_product_month_state\nWHERE state = ?\nLIMIT ?",
    shared: true,
    createdAt: "2026-05-04T09:12:00Z",
  },
];

export function named(user, method, id, body) {
  const told = (query) => {
    const mine = query.owner === user;
    const seen = mine ? { state: "open", ask: [] } : query.shared ? sight(user, query) : null;
    if (seen === null) return null;
    const open = seen.state === "open";
    const { id, name, description, owner, shared, createdAt } = query;
    const text = { sql: open ? query.sql : null, database: open ? query.database : null, workgroup: open ? "primary" : null };
    return { id, name, description, owner, shared, createdAt, mine, state: seen.state, ask: seen.ask, ...text };
  };
  if (method !== "GET" && body?.shared === true && !/FROM\s+\w+\.\w+/i.test(body.sql))
    throw new Refusal(400, "Bad request", "'sql' is not a query of tables; only that can be shared, because who may see it is said by its tables");
  if (id === undefined && method === "POST") {
    kept.push({ description: null, database: "default", shared: false, ...body, id: randomUUID(), owner: user, createdAt: new Date().toISOString() });
    return [201, told(kept.at(-1))];
  }
  if (id === undefined)
    return [200, { items: kept.map(told).filter(Boolean).map(({ sql, state, ask, database, workgroup, ...item }) => item), nextCursor: null }];
  const found = kept.find((query) => query.id === id);
  if (found === undefined || told(found) === null) throw notFound();
  if (method === "GET") return [200, told(found)];
  if (found.owner !== user) throw new Refusal(403, "Forbidden", "Only who saved a query may change it", { code: "not-yours" });
  if (method === "PUT") return [200, told(Object.assign(found, { shared: false, ...body }))];
  kept.splice(kept.indexOf(found), 1);
  return [204, undefined];
}
