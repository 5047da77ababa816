// Users, their tokens and keys of the mock. Names end in what the mock's people may do: admin may all of it, others look after their own.
import { randomUUID } from "node:crypto";
import { notFound, paged, Refusal } from "./serve.mjs";
import { tables, users as people } from "./data.mjs";

const at = "2026-03-02T08:00:00Z";
const accounts = new Map(
  [
    ...Object.values(people).map(({ name, profiles }) => ({ name, displayName: name, kind: "human", profiles: [...profiles] })),
    { name: "nightly-load", displayName: "The load at night", kind: "service", profiles: ["data-engineer"] },
    { name: "peter.pan", displayName: "Peter Pan, who left", kind: "human", profiles: [], disabled: true },
    ...Array.from({ length: 60 }, (_, i) => ({ name: `reader${String(i + 1).padStart(2, "0")}`, displayName: `Reader ${i + 1}`, kind: "human", profiles: ["analyst"] })),
  ].map((user) => [user.name, { disabled: false, hasPassword: user.kind === "human", attributes: {}, createdAt: at, tokens: [], keys: [], hand: new Set(), ...user }]),
);
accounts.get("analyst").tokens.push({ id: "1c0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44", user: "analyst", name: "notebook", createdAt: at, expiresAt: "2027-03-02T08:00:00Z", lastUsedAt: "2026-11-20T11:00:00Z" });
accounts.get("analyst").tokens.push({ id: "1c0f0002-6c1a-4a52-9d5e-1f6a0c2b8e44", user: "analyst", name: "old laptop", createdAt: at, expiresAt: "2026-04-02T08:00:00Z", lastUsedAt: null });
accounts.get("analyst").keys.push({ accessKeyId: "ATLMOCK0000000000001", user: "analyst", createdAt: at, lastUsedAt: null });
const profileNames = ["administrator", "analyst", "auditor", "data-engineer", "data-scientist", "steward"];

const seen = ({ tokens, keys, hand, ...user }) => ({ ...user, profiles: [...user.profiles].sort() });
export const isAdministrator = (user) => people[user]?.administrator === true;

export function onlyAdministrators(user) {
  if (!isAdministrator(user)) throw new Refusal(403, "Forbidden", "Only an administrator may do that", { code: "administrators-only" });
}

function strong(password) {
  if (String(password ?? "").length < 10) throw new Refusal(400, "Bad request", "a password must have at least 10 characters and at most 1024 bytes");
}

export function administration(user, method, path, query, body, endSessions) {
  const [name, part, id] = path;
  if (name === undefined) {
    onlyAdministrators(user);
    if (method === "GET") {
      const q = (query.get("q") ?? "").toLowerCase();
      const found = [...accounts.values()].filter((each) => each.name.includes(q) || each.displayName.toLowerCase().includes(q));
      return [200, paged(found.map(seen).sort((one, other) => (one.name < other.name ? -1 : 1)), query)];
    }
    if (accounts.has(body.name)) throw new Refusal(409, "Conflict", `there is a user '${body.name}' already`);
    if (body.password !== undefined) strong(body.password);
    const { password, ...rest } = body;
    accounts.set(body.name, { displayName: body.name, kind: "human", disabled: false, hasPassword: password !== undefined, attributes: {}, createdAt: new Date().toISOString(), tokens: [], keys: [], ...rest, hand: new Set(rest.profiles) });
    return [201, seen(accounts.get(body.name))];
  }
  const account = accounts.get(name);
  const own = name === user;
  if (["password", "revoke", "tokens", "keys"].includes(part)) {
    if (!own && !isAdministrator(user)) throw notFound();
  } else onlyAdministrators(user);
  if (account === undefined) throw notFound();
  const end = () => {
    const ended = { sessions: endSessions(name), tokens: account.tokens.length, accessKeys: account.keys.length };
    account.tokens = [];
    account.keys = [];
    return [200, ended];
  };
  if (part === undefined) {
    if (method === "GET") return [200, seen(account)];
    if (own) throw new Refusal(409, "Conflict", "You cannot disable yourself; ask another administrator");
    account.disabled = true;
    return end();
  }
  if (part === "enable") return [200, seen(Object.assign(account, { disabled: false }))];
  if (part === "revoke") return end();
  if (part === "password") {
    if (own && body.current !== people[name].password) throw new Refusal(403, "Forbidden", "The current password is wrong", { code: "wrong-password" });
    strong(body.password);
    account.hasPassword = true;
    if (people[name]) people[name].password = body.password;
    endSessions(name);
    return [204, undefined];
  }
  if (part === "profiles") {
    account.profiles = account.profiles.filter((each) => each !== id);
    if (method === "PUT") account.profiles.push(id);
    account.hand[method === "PUT" ? "add" : "delete"](id);
    return [200, seen(account)];
  }
  const list = account[part];
  const key = part === "keys" ? "accessKeyId" : "id";
  if (method === "GET") return [200, { items: list, nextCursor: null }];
  if (method === "DELETE") {
    const found = list.findIndex((each) => each[key] === id);
    if (found < 0) throw notFound();
    list.splice(found, 1);
    return [204, undefined];
  }
  if (part === "keys") {
    const accessKeyId = `ATLMOCK${randomUUID().slice(0, 13).toUpperCase().replaceAll("-", "0")}`;
    list.push({ accessKeyId, user: name, createdAt: new Date().toISOString(), lastUsedAt: null });
    return [201, { accessKeyId, secretAccessKey: `mock-secret-${randomUUID()}` }];
  }
  if (list.some((each) => each.name === body.name)) throw new Refusal(409, "Conflict", `there is a token '${body.name}' already`);
  const token = { id: randomUUID(), user: name, name: body.name, createdAt: new Date().toISOString(), expiresAt: body.expiresAt ?? null, lastUsedAt: null };
  list.push(token);
  return [201, { id: token.id, name: token.name, expiresAt: token.expiresAt, token: `atl_mock_${randomUUID()}` }];
}

/** The little of the policies that the administration asks for. */
export function membership(user, [part], query, body) {
  if (part === "profiles") return { items: profileNames.map((name) => ({ name, description: "", administrator: name === "administrator", includes: [], source: "policy-file:complaints" })), nextCursor: null };
  onlyAdministrators(user);
  if (part === "members") {
    const account = accounts.get(query.get("user"));
    return { items: (account?.profiles ?? []).map((profile) => ({ user: account.name, profile, source: account.hand.has(profile) ? "hand" : "policy-file:complaints" })), nextCursor: null };
  }
  if (part === "export")
    return { workspaces: [{ name: "complaints", needs: [], files: [{ path: "policies/grants.yaml", text: "# año\ngrants: []\n" }] }], fromRequests: 1, fromBrokenGlass: 0, passedOn: 0, leftOut: [], readme: "# Policies\n" };
  if (["matrix", "grants", "guards", "tags", "filters", "assignments"].includes(part)) return { items: [], nextCursor: null, profiles: [], expressions: [] };
  if (part === "consequences")
    return {
      at: new Date().toISOString(),
      complete: true,
      effects: [{ who: [{ user: body.member.user }], purpose: null, table: "complaints_curated.complaints", columns: [{ name: "zip_code", before: { state: body.member.remove ? "visible" : "hidden", because: [] }, after: { state: body.member.remove ? "hidden" : "visible", because: [] } }], rows: null, voidedFilters: [] }],
    };
  throw notFound();
}

const groups = new Map(
  [
    { name: "primary" },
    { name: "reports", description: "What runs at night", bytesScannedCutoff: 5_000_000_000, concurrency: 2, queueLimit: 20, outputLocation: "s3://reports/", enforced: true },
    { name: "old", enabled: false },
  ].map((group) => [group.name, workgroup(group.name, group)]),
);

function workgroup(name, body) {
  return { name, enabled: true, description: null, outputLocation: null, enforced: false, bytesScannedCutoff: null, concurrency: null, queueLimit: null, createdAt: at, ...body };
}

export function workgroups(user, method, [name], query, body) {
  if (method === "GET") return [200, paged([...groups.values()], query)];
  onlyAdministrators(user);
  if (method === "PUT") {
    if (body.bytesScannedCutoff < 10_000_000) throw new Refusal(400, "Bad request", "BytesScannedCutoffPerQuery must be at least 10000000");
    groups.set(name, workgroup(name, body));
    return [200, groups.get(name)];
  }
  if (name === "reports" && query.get("withContents") !== "true") throw new Refusal(400, "Bad request", "WorkGroup 'reports' is not empty; delete it with RecursiveDeleteOption");
  if (!groups.delete(name)) throw notFound();
  return [204, undefined];
}

const gigabyte = 1_000_000_000;
let lastRun = { id: "7d0f0003-6c1a-4a52-9d5e-1f6a0c2b8e44", state: "SUCCEEDED", endedAt: "2026-11-22T03:10:00Z" };
const sources = [
  { of: "brokers", name: "sensors", kind: "mqtts", usedBy: ["data-engineer"], publishedBy: [], uses: [{ pipeline: "readings", stage: "listen", writes: false }] },
  { of: "clouds", name: "lake", kind: "aws", usedBy: [], publishedBy: [], uses: [] },
  { of: "databases", name: "shop", kind: "postgresql", usedBy: ["data-engineer"], publishedBy: ["steward"], uses: [{ pipeline: "orders", stage: "follow", writes: false }, { pipeline: "archive", stage: "publish", writes: true }] },
  { of: "folders", name: "exports", kind: "folder", usedBy: [], publishedBy: ["data-engineer"], uses: [] },
];

/** How the mock is, and what it would have. */
export function service(user, method, [part, check], query, body) {
  onlyAdministrators(user);
  if (part === "health")
    return {
      status: "up",
      checks: { metadata: "up", engine: "up", audit: "up" },
      startedAt: "2026-11-20T06:00:00Z",
      metadata: "sqlite",
      disks: [
        { part: "warehouse", freeBytes: 312 * gigabyte, totalBytes: 500 * gigabyte },
        { part: "audit", freeBytes: 4 * gigabyte, totalBytes: 60 * gigabyte },
        { part: "temp", freeBytes: 312 * gigabyte, totalBytes: 500 * gigabyte },
      ],
      memory: { heapBytes: 0.4 * gigabyte, heapLimitBytes: 2 * gigabyte, engineLimitBytes: 4 * gigabyte, reader: { usedBytes: 1.3 * gigabyte, spilledBytes: 0 }, writer: { usedBytes: 3.9 * gigabyte, spilledBytes: 2.2 * gigabyte } },
      audit: { records: 240, signed: 231, retention: null },
      queries: { running: 3, queued: 1, concurrent: 8, queueLimit: 100, succeeded: 1204, failed: 17, cancelled: 4, workgroups: { primary: { queued: 0, running: 1 }, reports: { queued: 1, running: 2 } } },
      runs: { scheduler: true, here: 1, running: 2, queued: 5, left: 1, nodes: 2 },
      streams: [
        { pipeline: "readings", stage: "listen", kind: "mqtt", source: "sensors", paused: false, problem: "not listening: the broker refuses the password", lastState: "SUCCEEDED", lastEnded: "2026-11-22T10:00:00Z" },
        { pipeline: "orders", stage: "follow", kind: "captured", source: "shop", paused: false, problem: null, lastState: "SUCCEEDED", lastEnded: "2026-11-22T11:00:00Z" },
        { pipeline: "clicks", stage: "take", kind: "push", source: null, paused: true, problem: null, lastState: null, lastEnded: null },
      ],
    };
  if (part === "sources" && check === "check") {
    if (!sources.some(({ of, name }) => of === body.of && name === body.name)) throw notFound();
    return body.name === "sensors" ? { reachable: false, problem: "timeout", millis: 3000 } : { reachable: true, problem: null, millis: 4 };
  }
  if (part === "sources") return { items: sources, nextCursor: null };
  if (part === "storage") {
    const found = tables.filter(({ zone }) => !query.get("zone") || zone === query.get("zone"));
    return paged(found.map(({ database, name, zone, updatedAt }, i) => ({ database, name, zone, files: 12 * (i + 1), bytes: 61_000_000 * (i + 1), deleteFiles: i % 2, snapshots: 5 + i, updatedAt })), query);
  }
  if (part === "maintenance")
    return {
      items: [
        { pipeline: "archive", stages: ["tidy"], paused: false, nextDue: "2026-11-23T03:00:00Z", lastRun, gained: { run: lastRun.id, tables: 3, filesBefore: 1200, filesAfter: 40, removedFiles: 1310, removedBytes: 2.4 * gigabyte, problems: 1 } },
        { pipeline: "readings", stages: ["compact", "expire"], paused: true, nextDue: null, lastRun: null, gained: null },
      ],
      nextCursor: null,
    };
  throw notFound();
}

/** What starting a pipeline of the list changes in it. */
export function started() {
  lastRun = { ...lastRun, state: "RUNNING", endedAt: null };
}

/** In what the mock is not as its files say. */
export function drift(user) {
  if (!isAdministrator(user) && user !== "auditor") throw new Refusal(403, "Forbidden", "Workspaces are applied on the server's machine: ./atalaya apply FOLDER", { code: "operator-only" });
  return {
    drift: [
      { kind: "grant", subject: "to profile analyst on complaints_curated.complaints until 2027-01-01T00:00:00Z", files: null, service: "SELECT", source: "hand", by: "admin", at: "2026-11-01T09:00:00Z", text: "" },
      { kind: "guard", subject: "no-narratives", files: "columns consumer_complaint_narrative of complaints_curated.complaints: hidden", service: null, source: "policy-file:complaints", by: null, at: null, text: "" },
    ],
    ofCreators: 2,
    inherited: 0,
    fromRequests: 1,
    fromBrokenGlass: 0,
    passedOn: 0,
  };
}

const passedOn = [];

/** Something that one holds is given to somebody else. */
export function passOn(user, body) {
  const grant = { id: `passed${passedOn.length}`, from: null, until: null, purpose: "", grantable: [], ...body, on: body.resource, resource: "", source: `passed-on:${user}` };
  passedOn.push(grant);
  return grant;
}

/** What one has passed on is taken back. */
export function takeBack(user, id) {
  const at = passedOn.findIndex((grant) => grant.id === id && grant.source === `passed-on:${user}`);
  if (at < 0) throw notFound();
  passedOn.splice(at, 1);
}

/** What somebody has been granted. */
export function held(user, query) {
  const who = query.get("principal") ?? user;
  if (who !== user) onlyAdministrators(user);
  if (query.get("passedOn") === "true") {
    return { items: passedOn.filter((grant) => grant.source === `passed-on:${user}` && grant.on.table === query.get("reaching")), nextCursor: null };
  }
  const made = tables.filter((table) => table.madeBy === who && [null, `${table.database}.${table.name}`].includes(query.get("reaching")));
  if (made.length > 0) {
    const all = ["SELECT", "INSERT", "DELETE", "ALTER", "DROP", "DESCRIBE"];
    return { items: made.map((table, i) => ({ id: `made${i}`, grantee: { user: who }, resource: `table ${table.database}.${table.name}`, on: { table: `${table.database}.${table.name}` }, permissions: all, grantable: all, from: null, until: null, purpose: "", source: "hand" })), nextCursor: null };
  }
  if (who !== "analyst" || query.get("reaching") !== null) return { items: [], nextCursor: null };
  return {
    items: [
      { id: "g1", grantee: { profile: "analyst" }, resource: "tables tagged domain=complaints", on: { tablesTagged: { domain: ["complaints"] } }, permissions: ["SELECT", "DESCRIBE"], from: null, until: null, purpose: "", source: "policy-file:complaints" },
      { id: "g2", grantee: { user: "analyst" }, resource: "columns company of complaints_curated.complaints", on: { table: "complaints_curated.complaints", columns: ["company"] }, permissions: ["SELECT"], from: null, until: "2026-11-01T00:00:00Z", purpose: "churn", source: "request:5f0f0002-6c1a-4a52-9d5e-1f6a0c2b8e44" },
    ],
    nextCursor: null,
  };
}
