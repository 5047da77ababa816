// Requests of the mock service: one that is active, one that waits for the auditor, and those that are sent.
import { randomUUID } from "node:crypto";
import { Refusal, notFound } from "./serve.mjs";

const day = 86_400_000;
const at = (days) => new Date(Date.now() + days * day).toISOString();
const dataset = "complaints_curated.complaints";

const all = new Map();

function make(id, requester, state, items, events) {
  const request = {
    id,
    requester,
    grantee: { user: requester, profile: null },
    state,
    version: 1,
    scopeHash: "9f2c".repeat(16),
    permission: "SELECT",
    items,
    from: null,
    until: at(20),
    asked: { items, until: at(20) },
    purpose: "churn model",
    justification: "Topics of complaints predict who leaves.\nWe need the text of one state.",
    legalBasis: "DPIA 2026-14",
    ticket: "DATA-311",
    policyEpoch: 41,
    extended: null,
    automatic: false,
    createdAt: at(-2),
    steps: [{ role: "OWNER", approver: "user:auditor", state: "OPEN", decidedBy: null, dueAt: at(1), escalated: false }],
    sensitive: true,
    events: [{ number: 1, at: at(-2), actor: requester, kind: "submitted", details: {} }, ...events],
  };
  all.set(id, request);
  return request;
}

const evidence = (allowed) => ({
  at: at(-1),
  epoch: allowed ? 43 : 44,
  grantee: "user:analyst",
  byRequest: allowed,
  datasets: [
    {
      dataset,
      allowed,
      rows: allowed ? "state = 'CA'" : null,
      columns: allowed ? { product: "visible", consumer_complaint_narrative: "masked: redact numbers of 5 or more digits" } : {},
      because: [allowed ? "User analyst has SELECT on these cells, by access request." : "No grant allows it."],
    },
  ],
});

make("5f0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44", "ds", "IN_REVIEW", [{ dataset, columns: ["product", "company", "consumer_complaint_narrative"], rows: null }], []);
Object.assign(
  make("5f0f0002-6c1a-4a52-9d5e-1f6a0c2b8e44", "analyst", "ACTIVE", [{ dataset, columns: ["product", "consumer_complaint_narrative"], rows: "state = 'CA'" }], [
    {
      number: 2,
      at: at(-1),
      actor: "auditor",
      kind: "approved",
      details: { comment: "One state will do.", changes: [`- ${dataset}.company`, `+ rows of ${dataset}: state = 'CA'`] },
    },
    { number: 3, at: at(-1), actor: "system:access-requests", kind: "provisioned", details: { evidence: evidence(true) } },
  ]),
  {
    version: 3,
    asked: { items: [{ dataset, columns: ["product", "company", "consumer_complaint_narrative"], rows: null }], until: at(20) },
    steps: [{ role: "OWNER", approver: "user:auditor", state: "APPROVED", decidedBy: "auditor", dueAt: at(1), escalated: false }],
  },
);

const approvers = ["auditor", "steward", "de"];

function actions(user, request) {
  const mine = request.requester === user;
  return [
    ...(request.state === "IN_REVIEW" && approvers.includes(user) && !mine ? ["decide"] : []),
    ...(request.state === "IN_REVIEW" && mine ? ["edit", "withdraw"] : []),
    ...(request.state === "ACTIVE" ? (mine ? ["revoke", "extend"] : ["revoke"]) : []),
    "comment",
  ];
}

/** What approving would come to, for whoever may decide. */
function preview(request) {
  return {
    at: at(0),
    effective: request.items.map((item) => ({
      dataset: item.dataset,
      allowed: true,
      rows: item.rows,
      columns: Object.fromEntries(item.columns.map((name) => [name, name.endsWith("narrative") ? "masked: redact numbers of 5 or more digits" : "visible"])),
      because: ["Data scientists see narratives without long numbers."],
    })),
    consequences: [`+ user ${request.requester} gains ${request.items.flatMap((item) => item.columns).length} columns of ${dataset}`],
  };
}

const shown = (user, request) => {
  const may = actions(user, request);
  return { ...request, actions: may, ...(may.includes("decide") ? { preview: preview(request) } : {}) };
};

export function requests(user, method, [id, what], query, body) {
  if (id === undefined && method === "POST") {
    if (!/\w\.\w/.test(body.items[0].dataset)) throw new Refusal(400, "Bad request", "'dataset' is written database.name");
    const made = make(randomUUID(), user, "IN_REVIEW", body.items.map((item) => ({ rows: null, ...item })), []);
    Object.assign(made, { purpose: body.purpose, justification: body.justification, until: body.until, createdAt: at(0) });
    return [201, shown(user, made)];
  }
  if (id === undefined) {
    const items = [...all.values()]
      .filter((each) => (query.get("list") === "approve" ? approvers.includes(user) && each.state === "IN_REVIEW" : each.requester === user))
      .map((each) => ({
        ...shown(user, each),
        datasets: each.items.map((item) => item.dataset),
        columns: each.items.flatMap((item) => item.columns).length,
        dueAt: at(1),
      }));
    return [200, { items, nextCursor: null }];
  }
  const request = all.get(id);
  if (request === undefined || (request.requester !== user && !approvers.includes(user))) throw notFound();
  if (method === "GET") return [200, shown(user, request)];
  const tell = (kind, details, actor = user) =>
    request.events.push({ number: request.events.length + 1, at: at(0), actor, kind, details });
  if (what === "comments") tell("commented", { comment: body.text });
  else if (body.version !== request.version) throw new Refusal(409, "Conflict", "The request was changed meanwhile; look at it again", { code: "stale" });
  else if (what === "decision" && body.verdict === "approve") {
    const changes = [];
    request.items = request.items.flatMap((item) => {
      const less = body.narrow?.items.find((each) => each.dataset === item.dataset);
      const columns = less?.columns ?? item.columns;
      changes.push(...item.columns.filter((name) => !columns.includes(name)).map((name) => `- ${item.dataset}.${name}`));
      if (less?.rows) changes.push(`+ rows of ${item.dataset}: ${less.rows}`);
      return columns.length === 0 && item.columns.length > 0 ? [] : [{ ...item, columns, rows: less?.rows ?? item.rows }];
    });
    tell("approved", { changes, comment: body.comment });
    tell("provisioned", { evidence: evidence(true) }, "system:access-requests");
    request.steps = request.steps.map((step) => ({ ...step, state: "APPROVED", decidedBy: user }));
    request.state = "ACTIVE";
  } else if (what === "decision") {
    tell(body.verdict === "reject" ? "rejected" : "changes-requested", { comment: body.comment });
    request.state = body.verdict === "reject" ? "REJECTED" : "CHANGES_REQUESTED";
  } else if (what === "withdraw") {
    tell("withdrawn", {});
    request.state = "WITHDRAWN";
  } else if (what === "revoke") {
    tell("revoke-requested", { reason: body.reason });
    tell("revoked", { evidence: evidence(false) }, "system:access-requests");
    request.state = "REVOKED";
  } else throw notFound();
  request.version++;
  return [200, shown(user, request)];
}
