// What is said about the mock's tables; stewards take away what others said, and a mention is told to who may know of the table.
import { decide, tables, users } from "./data.mjs";
import { notFound, paged, Refusal } from "./serve.mjs";

const hour = 3_600_000;
const said = new Map();
const told = [];

const of = (table) => said.get(table) ?? [];

function add(table, person, text, at = Date.now()) {
  const comment = { number: of(table).length + 1, at: new Date(at).toISOString(), person, text, edited: null };
  said.set(table, [...of(table), comment]);
  for (const [, name] of text.matchAll(/@(\w+)/g))
    if (name !== person && users[name] !== undefined && decide(name, table) !== null) told.push({ name, table, number: comment.number, at: comment.at });
  return comment;
}

function begin() {
  const table = tables.find(({ name }) => name === "complaints");
  add(table, "ds", "Does `date_sent` count from the day it was received, or from the day the company had it?", Date.now() - 50 * hour);
  add(table, "steward", "From the company: see https://www.consumerfinance.gov/data-research/consumer-complaints/ (field reference). @analyst, that is why your figures differ.", Date.now() - 26 * hour);
}

const view = (user, { removed, ...comment }) => ({ ...comment, mayEdit: comment.person === user, mayRemove: comment.person === user || user === "steward" });

export function discussion(user, method, table, number, query, body) {
  if (said.size === 0) begin();
  if (number === undefined) {
    if (method === "GET") return [200, paged(of(table).filter((each) => !each.removed).map((each) => view(user, each)).reverse(), query)];
    return [201, view(user, add(table, user, body.text.trim()))];
  }
  const comment = of(table).find((each) => String(each.number) === number && !each.removed);
  if (comment === undefined) throw notFound();
  const may = view(user, comment);
  if (method === "DELETE" ? !may.mayRemove : !may.mayEdit) throw new Refusal(403, "Forbidden", "Only who wrote a comment may change it", { code: "not-yours" });
  if (method === "DELETE") {
    comment.removed = true;
    return [204, undefined];
  }
  Object.assign(comment, { text: body.text.trim(), edited: new Date().toISOString() });
  return [200, view(user, comment)];
}

export function mentions(user) {
  if (said.size === 0) begin();
  const items = told
    .filter(({ name }) => name === user)
    .reverse()
    .map(({ table, number, at }) => ({ request: null, review: null, run: null, pipeline: null, dataset: `${table.database}.${table.name}`, message: null, number, at, kind: "mentioned", unread: true }));
  return { items, nextCursor: null, unread: items.length };
}
