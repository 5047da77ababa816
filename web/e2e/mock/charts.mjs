// Saved charts and dashboards of the mock: who may read a table draws it, who may know of it may ask, for others it is not there.
import { randomUUID } from "node:crypto";
import { decide, tables } from "./data.mjs";
import { notFound, Refusal } from "./serve.mjs";

const monthly = "complaints_consumption.by_product_month_state";
const curated = "complaints_curated.complaints";
const saved = [
  {
    id: "8e0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44",
    title: "Complaints by product",
    description: "How many of each, in the months there are.",
    owner: "ds",
    database: "default",
    sql: `SELECT product, complaints FROM ${monthly} LIMIT 12`,
    chart: { kind: "bar", x: "product", y: ["complaints"] },
    shared: true,
    createdAt: "2026-05-04T09:12:00Z",
  },
];
const boards = [
  {
    name: "complaints",
    title: { en: "Complaints", es: "Quejas" },
    description: { en: "What people complain about, and how it is answered.", es: "De qué se queja la gente y cómo se responde." },
    charts: [
      { title: { en: "Complaints by month", es: "Quejas por mes" }, sql: `SELECT month, complaints FROM ${monthly} LIMIT 40`, chart: { kind: "line", x: "month", y: ["complaints"] } },
      { title: { en: "Answered in time", es: "Respondidas a tiempo" }, sql: `SELECT product, timely_share FROM ${monthly} LIMIT 8`, chart: { kind: "bar", x: "product", y: ["timely_share"] } },
      { title: { en: "Numbers of complaints", es: "Números de queja" }, sql: `SELECT complaint_id FROM ${curated} LIMIT 200`, chart: { kind: "histogram", x: "", y: ["complaint_id"] } },
      { title: { en: "As delivered", es: "Como se entregaron" }, sql: "SELECT * FROM complaints_raw.complaints", chart: { kind: "histogram", x: "", y: ["complaint_id"] } },
    ],
  },
];

const tableOf = (sql) => /FROM\s+(\w+\.\w+)/i.exec(sql)?.[1];

/** What a chart is to somebody, or null. */
export function sight(user, { sql, chart, database = null }) {
  const name = tableOf(sql);
  const table = tables.find((each) => `${each.database}.${each.name}` === name);
  const access = table && decide(user, table);
  if (!access) return null;
  return access.select ? { state: "open", sql, database, chart, ask: [] } : { state: "closed", sql: null, database: null, chart: null, ask: [name] };
}

export function charts(user, method, [id], body) {
  const told = (chart) => {
    const seen = sight(user, chart);
    const mine = chart.owner === user;
    if (!mine && (!chart.shared || seen === null)) return null;
    return { ...chart, mine, ...(seen ?? { state: "closed", ask: [] }), ...(mine ? { sql: chart.sql, chart: chart.chart } : {}) };
  };
  if (id === undefined && method === "POST") {
    if (!/FROM \w+\.\w+/.test(body.sql)) throw new Refusal(400, "Bad request", "'sql' is not a query of tables; only that can be drawn");
    saved.push({ description: null, ...body, id: randomUUID(), owner: user, createdAt: new Date().toISOString() });
    return [201, told(saved.at(-1))];
  }
  if (id === undefined)
    return [200, { items: saved.map(told).filter(Boolean).map(({ sql, chart, state, ask, database, ...item }) => ({ ...item, kind: saved.find((one) => one.id === item.id).chart.kind })), nextCursor: null }];
  const found = saved.find((chart) => chart.id === id);
  if (found === undefined || told(found) === null) throw notFound();
  if (method === "GET") return [200, told(found)];
  if (found.owner !== user) throw new Refusal(403, "Forbidden", "Only who saved a chart may change it", { code: "not-yours" });
  if (method === "PUT") return [200, told(Object.assign(found, body))];
  saved.splice(saved.indexOf(found), 1);
  return [204, undefined];
}

export function dashboards(user, [name]) {
  const all = boards
    .map((board) => ({ ...board, charts: board.charts.flatMap(({ title, ...chart }) => (sight(user, chart) === null ? [] : [{ title, ...sight(user, chart) }])) }))
    .filter(({ charts }) => charts.length > 0);
  if (name === undefined) return { items: all.map((board) => ({ ...board, charts: board.charts.length })), nextCursor: null };
  const found = all.find((board) => board.name === name);
  if (found === undefined) throw notFound();
  return found;
}
