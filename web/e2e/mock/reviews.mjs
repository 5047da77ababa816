// Reviews of access in the mock: one that is open, with grants of each kind, and what is not used.
import { Refusal } from "./serve.mjs";

const id = "6a0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44";
const dataset = "complaints_curated.complaints";
const at = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const user = (name) => ({ user: name, profile: null });
const profile = (name) => ({ user: null, profile: name });

const grants = [
  [profile("analyst"), "tables tagged pii=low or none and zone=curated", ["SELECT", "DESCRIBE"], "policy-file:complaints", null, [at(-1), 412, 9, 20, 11], "given"],
  [profile("data-scientist"), "tables tagged pii=high or low or none and zone=curated", ["SELECT", "DESCRIBE"], "policy-file:complaints", null, [at(-40), 31, 2, 21, 4], "given"],
  [user("ana"), `filter request_5f0f of ${dataset}`, ["SELECT"], "request:5f0f0002-6c1a-4a52-9d5e-1f6a0c2b8e44", at(20), [at(-3), 6, 1, 3, 1], "request"],
  [user("ben"), `some columns of ${dataset}`, ["SELECT"], "hand", null, [null, 0, 0, 2, 0], "none"],
  [profile("data-engineer"), "all tables of complaints_curated", ["SELECT", "INSERT", "DELETE"], "policy-file:complaints", null, [at(0), 900, 3, 21, 21], "given"],
];

const items = grants.map(([grantee, on, permissions, source, until, [last, reads, people, granted, used]], index) => ({
  number: index + 1,
  version: 1,
  grantee,
  on,
  permissions,
  source,
  until,
  shared: false,
  reviewer: profile("steward"),
  state: "OPEN",
  verdict: null,
  use: { traced: true, last, reads, people, granted, used },
  actions: ["decide", "reassign"],
}));
const rulings = new Map();
let ended = null;

function review() {
  const counts = {};
  for (const item of items) counts[item.verdict ?? "open"] = (counts[item.verdict ?? "open"] ?? 0) + 1;
  const open = counts.open ?? 0;
  return {
    id,
    name: "Complaints, autumn",
    state: ended ?? "OPEN",
    scope: { tag: null, database: null, table: dataset, profile: null, user: null },
    reviewers: [],
    onSilence: "revoke",
    startedBy: "admin",
    startedAt: at(-2),
    due: at(12),
    closedAt: ended === null ? null : at(0),
    counts,
    actions: ended === "CLOSED" ? ["report"] : ended !== null ? [] : open === 0 ? ["close", "cancel"] : ["cancel"],
  };
}

function whole(item) {
  const kind = grants[item.number - 1][6];
  const columns = ["product", "issue", "state", "company", "zip_code"].slice(0, Math.min(5, item.use.granted));
  return {
    item,
    grant: `grant-${item.number}`,
    from: null,
    when: "",
    purpose: "",
    reason: item.number === 4 ? "To look at what came in after the outage" : "",
    grantable: [],
    evidence: {
      current: true,
      holders: item.grantee.profile === null ? 1 : 12,
      datasets: [
        {
          dataset,
          granted: item.use.granted,
          used: item.use.used,
          columns: columns.map((name, index) => ({ name, used: index < item.use.used })),
          hidden: item.use.granted - columns.length,
        },
      ],
      reached: 1,
      given: kind === "given" ? { by: "admin", at: at(-200) } : null,
      request:
        kind === "request"
          ? { id: item.source.slice(8), requester: "ana", approvers: ["steward"], justification: "Topics of complaints, for the churn model." }
          : null,
      before: item.number === 1 ? { review: id, verdict: "certify", by: "steward", at: at(-180) } : null,
    },
    ruling: rulings.get(item.number) ?? null,
    events: [],
  };
}

export function reviews(who, method, [which, part, number, what], query, body) {
  if (which === undefined && method === "GET") return [200, { items: [review()], nextCursor: null, mayStart: true }];
  if (which === undefined) return [201, { ...review(), name: body.name }];
  if (which !== id) throw new Refusal(404, "Not found", `Review '${which}' does not exist or you have no permission on it`);
  if (part === undefined) return [200, review()];
  if (part === "close" || part === "cancel") {
    ended = part === "close" ? "CLOSED" : "CANCELLED";
    for (const item of items) item.actions = [];
    return [200, review()];
  }
  const item = items[Number(number) - 1];
  if (number === undefined) {
    const state = query.get("state") ?? "all";
    return [200, { items: items.filter((one) => state === "all" || (one.state === "OPEN") === (state === "open")), nextCursor: null }];
  }
  if (item === undefined) throw new Refusal(404, "Not found", "There is no such item");
  if (what === "decision") {
    Object.assign(item, { version: item.version + 1, state: "DECIDED", verdict: body.verdict });
    if (body.verdict !== "certify") item.actions = [];
    rulings.set(item.number, {
      verdict: body.verdict,
      by: who,
      at: at(0),
      reason: body.reason,
      ...(body.narrow?.used ? { columnsLeft: item.use.used } : {}),
      ...(body.verdict === "certify"
        ? {}
        : { outcome: { at: at(0), epoch: 913, byGrant: false, datasets: [{ dataset, allowed: body.verdict === "narrow" }] } }),
    });
  }
  if (what === "reassign") {
    Object.assign(item, { version: item.version + 1, reviewer: { user: null, profile: null, ...body.to } });
    return [204, null];
  }
  return [200, whole(item)];
}

export function grantReport(which) {
  const found = items.filter((item) => (which === "unused-grants" ? item.use.last === null : item.use.last !== null && item.use.used < item.use.granted));
  return [
    200,
    {
      items: found.map((item) => ({ ...item, grant: `grant-${item.number}`, given: null })),
      nextCursor: null,
    },
  ];
}
