// Proposals of the mock service: what three columns seem to hold, and a tag that somebody wants lowered.
import { Refusal, notFound } from "./serve.mjs";

const table = "complaints_curated.complaints";

function make(number, column, source, kind, more) {
  return {
    id: `5f0f010${number}-6c1a-4a52-9d5e-1f6a0c2b8e44`,
    table,
    column,
    source,
    kind,
    tag: "pii=high",
    tagNow: null,
    confidence: 95,
    matched: 812,
    sampled: 1000,
    state: "open",
    proposedBy: "classification",
    proposedAt: new Date().toISOString(),
    reason: "",
    ruling: null,
    mayDecide: true,
    ...more,
  };
}

const all = [
  make(1, "consumer_complaint_narrative", "values", "free-text", {}),
  make(2, "zip_code", "values", "postal-code", { tag: "pii=low", confidence: 92, matched: 961 }),
  make(3, "company", "lineage", "person-name", { confidence: 60, matched: 0, sampled: 0 }),
  make(4, "state", "lowering", null, {
    tag: "pii=none",
    tagNow: "pii=low",
    confidence: 100,
    matched: 0,
    sampled: 0,
    proposedBy: "de",
    reason: "a state is no person",
  }),
];

export function classification(user, method, [part, id, how], query, body) {
  if (part === "scans") return [200, { tables: [body.table ?? `${body.database}.complaints`], proposals: [], complete: body.table !== undefined }];
  if (part === "lowerings") {
    all.push(make(5, body.column, "lowering", null, { table: body.table, tag: body.tag, reason: body.reason, proposedBy: user, mayDecide: false, matched: 0, sampled: 0 }));
    return [201, all.at(-1)];
  }
  if (user !== "steward" || part !== "proposals") throw notFound();
  const open = all.filter((each) => each.state === "open");
  if (id === undefined) {
    const items = open.filter((each) => !query.has("table") || each.table === query.get("table"));
    return [200, { items, nextCursor: null, total: items.length }];
  }
  const proposal = all.find((each) => each.id === id);
  if (proposal === undefined) throw notFound();
  if (method === "GET") {
    const loses = `profile analyst loses ${proposal.column} (${table})`;
    return [200, { proposal, consequences: proposal.kind === "postal-code" ? [] : [loses] }];
  }
  if (proposal.state !== "open") throw new Refusal(409, "Conflict", "this proposal was decided already");
  proposal.state = how === "confirm" ? "confirmed" : "dismissed";
  return [200, proposal];
}
