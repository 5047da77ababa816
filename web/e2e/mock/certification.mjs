// Which of the mock's tables are certified; stewards say so.
import { decide, tables } from "./data.mjs";
import { notFound, Refusal } from "./serve.mjs";

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const said = new Map();

const of = (table) => said.get(table) ?? [];

function begin() {
  if (said.size > 0) return;
  const at = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  const of = (name) => tables.find((table) => table.name === name);
  said.set(of("by_product_month_state"), [{ certified: true, at: at(-80), person: "steward", note: "Agrees with the bureau's own monthly figures to the last complaint.", until: day(9) }]);
  said.set(of("delivery_003"), [{ certified: true, at: at(-10), person: "admin", note: "Kept as it came.", until: null }]);
}

/** What holds of it, or null. */
export function certificationOf(table) {
  begin();
  const [last] = of(table);
  if (last === undefined || !last.certified) return null;
  const { certified: _, ...holds } = last;
  return holds;
}

export const mayCertify = (user) => user === "steward";

export function certification(user, method, table, part, body) {
  begin();
  if (part === "certifications") return [200, { items: of(table), nextCursor: null }];
  if (method !== "PUT") throw notFound();
  if (!mayCertify(user)) throw new Refusal(403, "Forbidden", "A dataset is certified by its stewards and administrators", { code: "not-steward" });
  if (!body.certified && certificationOf(table) === null) throw new Refusal(409, "Conflict", "It is not certified");
  said.set(table, [{ certified: body.certified, at: new Date().toISOString(), person: user, note: body.note, until: body.until ?? null }, ...of(table)]);
  return [204, undefined];
}

export function ending(user) {
  begin();
  const items = tables.flatMap((table) => {
    const holds = certificationOf(table);
    return holds?.until && mayCertify(user) && decide(user, table) !== null && holds.until <= day(14) ? [{ database: table.database, name: table.name, person: holds.person, until: holds.until, ended: false }] : [];
  });
  return { items, nextCursor: null };
}
