// A service that answers like Atalaya, with made-up data, for work on the console and its browser tests.
//   node e2e/mock/serve.mjs [port]
// It serves web/dist with the headers of the real service. Users: analyst, ds, auditor, steward, admin; password: <user>-password.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";
import { administration, drift, held, membership, onlyAdministrators, passOn, service, started, takeBack, workgroups } from "./administration.mjs";
import { classification } from "./classification.mjs";
import { charts, dashboards } from "./charts.mjs";
import { decide, dropTable, makeTable, read, tables, users } from "./data.mjs";
import { quality } from "./quality.mjs";
import { usage } from "./usage.mjs";
import { certification, certificationOf, ending } from "./certification.mjs";
import { edit, editsOf, mayEdit } from "./edits.mjs";
import { discussion, mentions } from "./discussion.mjs";
import { largeLineage, largest } from "./lineage.mjs";
import { comparison, snapshots } from "./history.mjs";
import { named } from "./named.mjs";
import { models, trained } from "./models.mjs";
import { similar } from "./similar.mjs";
import { requests } from "./requests.mjs";
import { grantReport, reviews } from "./reviews.mjs";

const dist = new URL("../../dist/", import.meta.url).pathname;
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

export class Refusal extends Error {
  constructor(status, title, detail, more = {}) {
    super(detail);
    this.body = { type: "about:blank", status, title, detail, ...more };
  }
}

export const notFound = () => new Refusal(404, "Not found", "There is no such thing, or you may not know of it.");

export async function startMock(port = 0) {
  const sessions = new Map();
  const executions = new Map();
  const tabs = new Map();
  const kept = new Map([["analyst", new Map([["Monthly figures", { name: "Monthly figures", conditions: { q: "month", zone: "consumption" }, savedAt: new Date().toISOString() }]])]]);
  const server = createServer((request, response) => {
    handle(request, response).catch((failure) => {
      const body = failure instanceof Refusal ? failure.body : { status: 500, title: "Internal error", detail: String(failure) };
      response.writeHead(body.status, { "Content-Type": "application/problem+json" }).end(JSON.stringify(body));
    });
  });

  async function handle(request, response) {
    const url = new URL(request.url, "http://mock");
    if (!url.pathname.startsWith("/api/")) return page(url.pathname, response);
    const body = await bodyOf(request);
    const [status, content, headers = {}] = route(request, url, body);
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(content === undefined ? "" : typeof content === "string" ? content : JSON.stringify(content));
  }

  function route(request, url, body) {
    const path = url.pathname.slice("/api/v1".length).split("/").slice(1).map(decodeURIComponent);
    const method = request.method;
    const cookie = /atalaya_session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
    const session = sessions.get(cookie);
    if (path[0] === "session" && method === "POST") {
      const user = users[body.user];
      if (user === undefined || user.password !== body.password) throw new Refusal(401, "Not signed in", "User and password do not match.");
      const id = randomUUID();
      sessions.set(id, { user: body.user, csrfToken: randomUUID() });
      return [200, sessionBody(sessions.get(id)), { "Set-Cookie": `atalaya_session=${id}; HttpOnly; SameSite=Strict; Path=/` }];
    }
    if (session === undefined) throw new Refusal(401, "Not signed in", "Sign in first.");
    if (method !== "GET" && request.headers["x-csrf-token"] !== session.csrfToken)
      throw new Refusal(403, "Forbidden", "The CSRF token is missing or old.", { code: "csrf" });
    if (path[0] === "session") {
      if (method === "GET") return [200, sessionBody(session)];
      sessions.delete(cookie);
      return [204, undefined];
    }
    const { user } = session;
    const query = url.searchParams;
    if (path[0] === "datasets" && path[1] === "used") return [200, usedBy(user)];
    if (path[0] === "datasets" && method === "PATCH") {
      const table = tables.find((each) => each.database === path[1] && each.name === path[2]);
      if (table === undefined || decide(user, table) === null) throw notFound();
      const refused = edit(user, table, body, request.headers["if-match"]);
      if (refused !== null) throw new Refusal(...refused);
      return [204, undefined];
    }
    if (path[0] === "datasets" && path[3] === "comments") {
      const table = tables.find((each) => each.database === path[1] && each.name === path[2]);
      if (table === undefined || decide(user, table) === null) throw notFound();
      return discussion(user, method, table, path[4], query, body);
    }
    if (path[0] === "datasets" && path[3]?.startsWith("certification")) {
      const table = tables.find((each) => each.database === path[1] && each.name === path[2]);
      if (table === undefined || decide(user, table) === null) throw notFound();
      return certification(user, method, table, path[3], body);
    }
    if (path[0] === "certifications") return [200, ending(user)];
    if (path[0] === "datasets") return [200, datasets(user, path.slice(1), query, body)];
    if (path[0] === "views") return views(user, method, path[1], body);
    if (path[0] === "functions") return [200, { items: knownFunctions, nextCursor: null }];
    if (path[0] === "query-tabs") return openTabs(user, method, path[1], body);
    if (path[0] === "named-queries") return named(user, method, path[1], body);
    if (path[0] === "queries") return queries(user, method, path.slice(1), query, body);
    if (path[0] === "models") return [200, models(user, method, path.slice(1), body)];
    if (path[0] === "charts") return charts(user, method, path.slice(1), body);
    if (path[0] === "dashboards") return [200, dashboards(user, path.slice(1))];
    if (path[0] === "requests") return requests(user, method, path.slice(1), query, body);
    if (path[0] === "reviews") return reviews(user, method, path.slice(1), query, body);
    if (path[0] === "reports") return grantReport(path[1]);
    if (path[0] === "classification") return classification(user, method, path.slice(1), query, body);
    if (path[0] === "users") return administration(user, method, path.slice(1), query, body, endSessionsOf);
    if (path[0] === "policies") return [200, membership(user, path.slice(1), query, body)];
    if (path[0] === "grants" && method === "GET") return [200, held(user, query)];
    if (path[0] === "grants" && method === "POST") return [201, passOn(user, body)];
    if (path[0] === "grants" && method === "DELETE") return [204, takeBack(user, path[1])];
    if (path[0] === "purposes") return [200, { items: [{ name: "churn", description: "Who may leave, and why" }] }];
    if (path[0] === "workgroups") return workgroups(user, method, path.slice(1), query, body);
    if (path[0] === "administration") return [200, service(user, method, path.slice(1), query, body)];
    if (path[0] === "workspaces") return [200, drift(user)];
    if (path[0] === "me") return [200, sessionBody(session)];
    if (path[0] === "audit" && path[1] === "retire") return [200, retire(user)];
    if (path[0] === "audit" && path[1] === "export") return exported(user);
    if (path[0] === "audit") return [200, audit(user, path[1], query)];
    if (path[0] === "notifications") return [200, mentions(user)];
    if (path[0] === "break-glass") return [200, { items: [] }];
    if (path[0] === "pipelines" && path[1] === "archive" && path[2] === "runs" && !body.dryRun) started();
    if (["pipelines", "runs", "backfills"].includes(path[0])) return [200, pipelines(user, method, path, query, body)];
    throw notFound();
  }

  function endSessionsOf(user) {
    const theirs = [...sessions].filter(([, session]) => session.user === user);
    theirs.forEach(([id]) => sessions.delete(id));
    return theirs.length;
  }

  function views(user, method, name, body) {
    const own = kept.get(user) ?? new Map();
    kept.set(user, own);
    if (name === undefined) return [200, { items: [...own.values()].sort((one, other) => one.name.localeCompare(other.name)), nextCursor: null }];
    if (method === "PUT") {
      own.set(name, { name, conditions: body.conditions, savedAt: new Date().toISOString() });
      return [200, own.get(name)];
    }
    if (!own.delete(name)) throw notFound();
    return [204, undefined];
  }

  function openTabs(user, method, id, body) {
    const own = tabs.get(user) ?? new Map();
    tabs.set(user, own);
    if (id === undefined) return [200, { items: [...own.values()].sort((one, other) => one.position - other.position), nextCursor: null }];
    const { was, ...kept } = body ?? {};
    if (method === "PUT" && was != null && own.has(id) && ![was, kept.sql].includes(own.get(id).sql)) throw new Refusal(409, "Conflict", "The text is another one since; GET /query-tabs has it", { code: "changed-elsewhere" });
    if (method === "PUT") own.set(id, { execution: null, ...kept, id, savedAt: new Date().toISOString() });
    else if (!own.delete(id)) throw notFound();
    return [204, undefined];
  }

  /** What the latest queries of somebody read; the analyst comes with a past. */
  function usedBy(user) {
    const read = [...executions.values()].filter((each) => each.user === user && each.table !== null).reverse();
    const names = new Set([...read.map(({ table }) => table), ...(user === "analyst" ? [tables[1], tables[0]] : [])]);
    return { items: [...names].flatMap((table) => itemOf(user, table) ?? []), nextCursor: null };
  }

  function queries(user, method, [id, part, number], query, body) {
    if (id === undefined && method === "POST") {
      const open = body.sql.split("'").length % 2 === 0 ? body.sql.indexOf("'") : -1;
      if (open >= 0) {
        const before = body.sql.slice(0, open).split("\n");
        const place = { line: before.length, column: before.at(-1).length + 1 };
        throw new Refusal(400, "Syntax error", "A text that begins here is not closed", { ...place, code: "SYNTAX_ERROR" });
      }
      const places = body.sql.replace(/'[^']*'/g, "").split("?").length - 1;
      if (places !== (body.parameters ?? []).length) throw new Refusal(400, "Bad request", `Incorrect number of parameters: expected ${places} but found ${(body.parameters ?? []).length}`);
      let next = 0;
      const execution = start(user, body.sql.replace(/\?/g, () => body.parameters[next++]));
      execution.sql = body.sql;
      executions.set(execution.id, execution);
      return [202, { id: execution.id, state: "QUEUED" }];
    }
    if (id === undefined) {
      const own = [...executions.values()].filter((each) => each.user === user).reverse().map(shown);
      return [200, paged(own, query)];
    }
    const execution = executions.get(id);
    if (execution === undefined || execution.user !== user) throw notFound();
    if (method === "DELETE") {
      if (stateOf(execution) === "RUNNING") execution.cancelledAt = Date.now();
      return [200, shown(execution)];
    }
    if (part === "file" && query.get("format") === "parquet")
      return [200, "PAR1", { "Content-Type": "application/vnd.apache.parquet", "Content-Disposition": `attachment; filename="${id}.parquet"` }];
    if (part === "file" && query.get("format") === "arrow")
      return [200, "ARROW1", { "Content-Type": "application/vnd.apache.arrow.file", "Content-Disposition": `attachment; filename="${id}.arrow"` }];
    if (part === "files") return [200, "parquet\n", { "Content-Type": "application/octet-stream", "Content-Disposition": `attachment; filename="part-${number}.parquet"` }];
    if (part === "file" && execution.statement === "UNLOAD") {
      return [200, [0, 1, 2].map((number) => `s3://unloaded/complaints/part-${number}.parquet\n`).join(""), { "Content-Type": "text/plain" }];
    }
    if (part === "file") {
      const { columns, rows } = read(user, execution.table, 0, execution.rows);
      const lines = [columns.map(({ name }) => name), ...rows].map((cells) => cells.map((cell) => (cell === null ? "" : `"${String(cell).replaceAll('"', '""')}"`)).join(","));
      return [200, `${lines.join("\n")}\n`, { "Content-Type": "text/csv", "Content-Disposition": `attachment; filename="${id}.csv"` }];
    }
    if (part !== "results") return [200, shown(execution)];
    if (stateOf(execution) !== "SUCCEEDED") throw new Refusal(409, "No result", "The query has no result.");
    if (["CREATE", "DROP"].includes(execution.statement)) return [200, { columns: [], rows: [], nextCursor: null }];
    if (execution.statement === "UNLOAD") return [200, { columns: [{ name: "rows", type: "bigint" }], rows: [], nextCursor: null }];
    if (execution.plan) return [200, { columns: [{ name: "Query Plan", type: "varchar" }], rows: execution.plan.map((line) => [line]), nextCursor: null }];
    if (execution.aside) return [200, { ...quarantined, nextCursor: null }];
    const from = Number(query.get("cursor") ?? 0);
    const count = Math.min(Number(query.get("limit") ?? 100), execution.rows - from);
    const { columns, rows } = read(user, execution.table, from, count);
    return [200, { columns, rows, nextCursor: from + count < execution.rows ? String(from + count) : null }];
  }

  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    credentials: Object.fromEntries(Object.values(users).map(({ name, password }) => [name, { password }])),
    endSessions: () => sessions.clear(),
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

const knownFunctions = [
  { name: "lag", forms: ["(T) → T", "(T, bigint) → T", "(T, bigint, T) → T"], refused: null },
  { name: "round", forms: ["(I) → I", "(double) → double", "(D) → rounded", "(double, integer) → double", "(D, integer) → D"], refused: null },
  { name: "transform", forms: [], refused: null },
  { name: "bing_tile", forms: [], refused: "has no counterpart in the engine" },
];

function sessionBody({ user, csrfToken }) {
  const { profiles, capabilities, administrator = false } = users[user];
  return { user, displayName: user, profiles, csrfToken, administrator, capabilities };
}

export function paged(items, query) {
  const from = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  const end = Math.min(items.length, from + limit);
  return { items: items.slice(from, end), nextCursor: end < items.length ? String(end) : null, total: items.length };
}

/** A table as a line of a list, or null for whom it is not there. */
function itemOf(user, table, matches = []) {
  const access = decide(user, table);
  if (access === null) return null;
  const { select, rows, counts } = access;
  const { schema, ...facts } = table;
  return { ...facts, columns: schema.length, certified: certificationOf(table) !== null, access: { columns: schema.length, ...counts, rowFilter: rows !== null, select }, ...(matches.length > 0 ? { matches } : {}) };
}

function datasets(user, [database, name, part], query, body) {
  const known = knownTo(user);
  if (database === undefined || database === "facets") {
    const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const exact = known.filter(({ table }) => matchesOf(table, words) !== null);
    const meant = exact.length > 0 ? words : words.map(nearest);
    const hits = known.flatMap(({ table, access }) => {
      const matches = matchesOf(table, meant);
      return matches === null ? [] : [{ table, access, matches }];
    });
    if (database === "facets") return facetsOf(hits, query);
    const found = hits.filter((hit) => obstacles(hit, query).length === 0);
    if (query.get("sort") === "newest") found.sort((one, other) => other.table.updatedAt.localeCompare(one.table.updatedAt));
    const page = paged(found, query);
    return { ...page, items: page.items.map(({ table, matches }) => itemOf(user, table, matches)) };
  }
  const found = known.find(({ table }) => table.database === database && table.name === name);
  if (found === undefined) throw notFound();
  const { table, access } = found;
  const band = { table: `${database}.${name}`, ...access.counts, all: table.schema.length, rows: access.rows, because: access.because };
  if (part === "sample") {
    if (!access.select) throw new Refusal(403, "Forbidden", "You may not read rows of this table.", { code: "no-select" });
    return { ...read(user, table, 0, table.name === "quarantine" ? 0 : Number(query.get("limit") ?? 50)), access: band };
  }
  if (part === "nearest") {
    const refused = (status, detail) => new Refusal(status, "Refused", detail);
    return { ...similar(access, body, refused), access: { tables: [band] } };
  }
  if (part === "access") {
    return {
      who: { user, profile: null },
      purpose: null,
      known: true,
      select: access.select,
      rows: access.rows,
      because: access.because,
      notCounting: [],
      columns: table.schema.map((column, i) => ({ name: column.name, access: access.columns[i] })),
      ofOthers: false,
      breakGlass: false,
    };
  }
  if (part === "lineage") return lineage(user, table, query);
  if (part === "profile") return profile(table, access);
  if (part === "snapshots") return { ...paged(snapshots(table, access), query), uncommitted: [] };
  if (part === "edits") return { items: editsOf(table), nextCursor: null };
  if (part === "usage") return usage(user, table, access);
  if (part === "quality") return quality(user, table, access);
  if (part === "comparison") {
    const compared = comparison(table, access, query.get("from"), query.get("to"));
    if (compared === null) throw notFound();
    return compared;
  }
  return {
    ...table,
    columns: table.schema.length,
    format: "Iceberg v2, Parquet",
    partitioning: table.schema.length > 10 ? ["month(date_received)"] : [],
    schema: table.schema.map((column, i) => ({ ...column, access: access.columns[i] })),
    access: { select: access.select, rows: access.rows, because: access.because, summary: { all: table.schema.length, ...access.counts } },
    freshness: table.within === undefined ? null : { column: null, withinSeconds: table.within },
    edits: mayEdit(user, table),
    certification: certificationOf(table),
  };
}

const knownThen = new Map();

/** The tables that a user may know of, with what they may see of them; taken anew when tables come or go. */
function knownTo(user) {
  const then = knownThen.get(user);
  if (then !== undefined && then.of === tables.length && then.last === tables.at(-1)) return then.known;
  const known = tables.map((table) => ({ table, access: decide(user, table) })).filter(({ access }) => access !== null);
  knownThen.set(user, { of: tables.length, last: tables.at(-1), known });
  return known;
}

/** Where each word is; null if one is nowhere. */
function matchesOf(table, words) {
  const matches = words.map((word) => {
    const has = (text) => text !== null && text.toLowerCase().includes(word);
    const tag = Object.entries(table.tags).map(([key, value]) => `${key}=${value}`).find(has);
    const column = table.schema.find((each) => has(each.name) || has(each.doc));
    if (has(`${table.database}.${table.name}`)) return { field: "name", text: `${table.database}.${table.name}`, words: word };
    if (has(table.description)) return { field: "description", text: table.description, words: word };
    if (has(table.owner)) return { field: "owner", text: table.owner, words: word };
    if (tag !== undefined) return { field: "tag", text: tag, words: word };
    if (column === undefined) return null;
    return { field: "column", text: has(column.name) ? column.name : `${column.name}: ${column.doc}`, words: word };
  });
  return matches.includes(null) ? null : matches;
}

/** The word of the catalog that differs in one letter, or has two swapped; the word itself if there is none. */
function nearest(word) {
  const vocabulary = new Set(tables.flatMap(({ name, description, schema }) => [name, description ?? "", ...schema.map((each) => each.name)].join(" ").toLowerCase().split(/[^a-z]+/)));
  const swapped = (one, other) => [...one].sort().join("") === [...other].sort().join("");
  const differs = (one, other) => [...one].filter((letter, i) => letter !== other[i]).length;
  return [...vocabulary].find((each) => each.length === word.length && word.length > 3 && (differs(each, word) === 1 || (swapped(each, word) && differs(each, word) === 2))) ?? word;
}

const chosenOf = (query) => [
  ...["zone", "database", "owner", "access", "certified"].flatMap((facet) => (query.get(facet) ? [[facet, query.get(facet)]] : [])),
  ...query.getAll("tag").map((tag) => [`tag ${tag.split("=")[0]}`, tag]),
];

const valuesOf = ({ table, access }) => ({
  zone: [table.zone],
  database: [table.database],
  owner: table.owner === null ? [] : [table.owner],
  tag: Object.entries(table.tags).map(([key, value]) => `${key}=${value}`),
  access: [access.select ? "read" : "ask"],
  certified: [certificationOf(table) === null ? "no" : "yes"],
});

/** Of what something else would have to be chosen for a hit to be found. */
function obstacles(hit, query) {
  const values = valuesOf(hit);
  const failed = chosenOf(query).filter(([facet, value]) => {
    const there = values[facet.split(" ")[0]];
    return !there.includes(value) && !there.some((each) => each.startsWith(`${value}=`));
  });
  return [...new Set(failed.map(([facet]) => facet))];
}

function facetsOf(hits, query) {
  const counts = { zone: {}, database: {}, owner: {}, tag: {}, access: {}, certified: {} };
  for (const hit of hits) {
    const inTheWay = obstacles(hit, query);
    for (const [facet, values] of Object.entries(valuesOf(hit)))
      for (const value of values) {
        const name = facet === "tag" ? `tag ${value.split("=")[0]}` : facet;
        if (inTheWay.every((each) => each === name)) counts[facet][value] = (counts[facet][value] ?? 0) + 1;
      }
  }
  const told = (values) => Object.entries(values).map(([value, count]) => ({ value, count })).sort((one, other) => other.count - one.count);
  return {
    total: hits.filter((hit) => obstacles(hit, query).length === 0).length,
    ...Object.fromEntries(Object.entries(counts).map(([facet, values]) => [facet, { values: told(values), others: 0 }])),
  };
}

function lineage(user, table, query) {
  if (largest(table)) return largeLineage(table, query.get("column"));
  const seen = tables.filter((each) => each.database.startsWith("complaints_") && each.name !== "quarantine" && decide(user, each) !== null);
  const nodes = [table, ...seen.filter((each) => each !== table)].map(({ database, name, zone }) => ({
    database,
    name,
    zone,
    feeds: zone === "raw" && user !== "analyst" ? [{ kind: "files", pipeline: "complaints", stage: "land" }] : [],
  }));
  const of = (zone) => seen.filter((each) => each.zone === zone);
  const wanted = query.get("column");
  const pair = (from, to) => {
    const shared = to.schema.filter((column) => from.schema.some((each) => each.name === column.name)).map((column) => ({ from: column.name, to: column.name }));
    return {
      from: `${from.database}.${from.name}`,
      to: `${to.database}.${to.name}`,
      columns: shared.filter((each) => wanted === null || each.to === wanted).slice(0, 6),
      by: [{ kind: "pipeline", statement: null, pipeline: user === "analyst" ? null : "complaints", stage: user === "analyst" ? null : "curate", at: to.updatedAt }],
    };
  };
  const edges = [...of("raw").flatMap((from) => of("curated").map((to) => pair(from, to))), ...of("curated").flatMap((from) => of("consumption").map((to) => pair(from, to)))];
  return { nodes, edges, cut: false };
}

function profile(table, access) {
  if (access.rows !== null) {
    throw new Refusal(403, "Forbidden", "A profile is made of all rows, of which you see only some; query those instead", { code: "no-profile" });
  }
  const rows = 44_911;
  return {
    database: table.database,
    name: table.name,
    profiledAt: table.updatedAt,
    snapshotId: "6712944218077421000",
    columns: table.schema
      .filter((_, i) => access.columns[i].state === "visible")
      .map(({ id, name, type }) => ({
        id,
        name,
        type,
        rows,
        nulls: (id * 1_311) % rows,
        distinct: 40 * id,
        min: "1",
        max: "44911",
        ...(type === "string"
          ? { maxLength: "24", top: [{ value: "Closed with explanation", rows: 20_110 }, { value: "Closed", rows: 7_032 }] }
          : {
              quantiles: [{ share: "0.5", value: "22456" }],
              histogram: { from: "1", to: "44911", counts: Array.from({ length: 20 }, (_, i) => 200 + ((i * 37) % 21) * 90) },
            }),
      })),
  };
}

// --- queries -------------------------------------------------------------------------------------------------------

function start(user, sql) {
  const execution = { id: randomUUID(), user, sql, submitted: Date.now(), lasts: 250, error: null, table: null, rows: 0 };
  const at = (index) => {
    const before = sql.slice(0, index).split("\n");
    return { line: before.length, column: before.at(-1).length + 1 };
  };
  const fail = (code, message, index) => ({ ...execution, lasts: 60, error: { code, message, ...at(index) } });
  const code = sql.replace(/--.*/g, (comment) => " ".repeat(comment.length));
  const defined = /^\s*(create|drop)\s+table\s+(\w+)\.(\w+)/i.exec(code);
  if (defined !== null && user === "de") {
    define(defined, sql);
    return { ...execution, statement: defined[1].toUpperCase() };
  }
  if (!/^\s*(select|with|show|describe|explain|values|unload)\b/i.test(code))
    return fail("SYNTAX_ERROR", `mismatched input '${/\S+/.exec(code)[0]}'. Expecting: 'SELECT', 'SHOW', 'DESCRIBE', 'WITH'`, code.search(/\S/));
  if (/^\s*unload\b/i.test(code)) return { ...execution, statement: "UNLOAD", rows: 3 };
  const typo = /\bFORM\b/i.exec(sql);
  if (typo) return fail("SYNTAX_ERROR", "mismatched input 'FORM'. Expecting: ',', 'FROM', 'WHERE', <EOF>", typo.index);
  const named = /\bfrom\s+(?:lake\.|awsdatacatalog\.)?("?[\w]+"?)\.("?[\w]+"?)/i.exec(sql);
  if (named === null) return { ...execution, table: tables[0], rows: 1 };
  const [database, name] = [named[1], named[2]].map((each) => each.replaceAll('"', ""));
  if (name === "complaints_quarantine" && user === "ds") return { ...execution, aside: true, rows: quarantined.rows.length };
  const table = tables.find((each) => each.database === database && each.name === name);
  const decision = table && decide(user, table);
  if (!decision?.select) {
    const refused = fail("TABLE_NOT_FOUND", `Table 'lake.${database}.${name}' does not exist, or you may not read it`, named.index + 5);
    return { ...refused, request: { permission: "SELECT", items: [{ dataset: `${database}.${name}`, columns: [] }] } };
  }
  const wrong = /\b(?:no_such_column|nope)\b/.exec(sql);
  if (wrong) return fail("COLUMN_NOT_FOUND", `Column '${wrong[0]}' cannot be resolved`, wrong.index);
  const hidden = table.schema.find((each, i) => decision.columns[i].state === "hidden" && new RegExp(`\\b${each.name}\\b`).test(sql));
  if (hidden) {
    const refused = fail("COLUMN_DENIED", `Column '${hidden.name}' is not visible to you`, sql.indexOf(hidden.name));
    return { ...refused, request: { permission: "SELECT", items: [{ dataset: `${database}.${name}`, columns: [hidden.name] }] } };
  }
  if (/^\s*explain\b/i.test(sql)) {
    const lines = planOf(table, decision).split("\n");
    return { ...execution, lasts: 60, plan: lines, rows: lines.length };
  }
  const endless = (sql.match(/cross\s+join/gi) ?? []).length >= 2;
  const limit = Number(/\blimit\s+(\d+)/i.exec(sql)?.[1] ?? 99_840);
  return { ...execution, table, lasts: endless ? 600_000 : 350, rows: /count\s*\(/i.test(sql) ? 1 : limit };
}

/** Makes a table of the first columns of the one that is read, or drops one. */
function define([, what, database, name], sql) {
  const there = tables.find((each) => each.database === database && each.name === name);
  if (/drop/i.test(what)) {
    if (there !== undefined) dropTable(there);
    return;
  }
  const read = /\bfrom\s+(\w+)\.(\w+)/i.exec(sql);
  const from = tables.find((each) => each.database === read?.[1] && each.name === read?.[2]) ?? tables[0];
  if (there === undefined) makeTable(database, name, "de", from.schema.slice(0, 3));
}

/** The plan of a query that sorts and counts what one may read of a table. */
function planOf(table, decision) {
  const step = (name, descriptor, details = [], children = []) => ({ id: "0", name, descriptor, outputs: [], details, estimates: [], children });
  const columns = table.schema.flatMap(({ name }, i) => {
    const { state, mask, where } = decision.columns[i];
    if (state === "hidden") return [];
    return [`${name} := ${state === "masked" ? `masked as ${mask}` : state === "conditional" ? `visible where ${where ?? "something"}, else NULL` : "visible"}`];
  });
  const scan = step("TableScan", { table: `lake:${table.database}.${table.name}`, snapshot: "6712944218077421000" }, [...columns, `rows: ${decision.rows ?? "all"}`, "conditions evaluated while reading: 1"]);
  const values = step("Values", { rows: "2" });
  const join = step("InnerJoin", { criteria: "(product = name)" }, [], [step("Filter", { predicate: "(state IN ('CA', 'US'))" }, [], [scan]), values]);
  const root = { ...step("Output", { columnNames: "[product, n]" }, [], [step("Limit", { count: "20" }, [], [step("Aggregate", { keys: "[product]" }, [], [join])])]), estimates: [{ outputSizeInBytes: "NaN", inputSizeInBytes: 1_843_200 }] };
  return JSON.stringify(root, null, 2);
}

function stateOf({ submitted, lasts, error, cancelledAt }) {
  if (cancelledAt !== undefined) return "CANCELLED";
  const age = Date.now() - submitted;
  if (age < 30) return "QUEUED";
  if (age < lasts) return "RUNNING";
  return error === null ? "SUCCEEDED" : "FAILED";
}

function shown(execution) {
  const { id, sql, user, submitted, lasts, error, table, rows, cancelledAt } = execution;
  const state = stateOf(execution);
  const over = state !== "QUEUED" && state !== "RUNNING";
  const decision = table === null ? null : decide(user, table);
  return {
    id,
    sql,
    state,
    statement: execution.statement ?? "SELECT",
    ...(state === "FAILED" ? { error, ...(execution.request ? { request: execution.request } : {}) } : {}),
    statistics: {
      rows: state === "SUCCEEDED" ? rows : null,
      bytesScanned: state === "SUCCEEDED" ? 1_843_200 : null,
      queuedMs: 2,
      planningMs: 4,
      engineMs: over ? Math.min(lasts, 344) : null,
      totalMs: over ? (cancelledAt ?? submitted + lasts) - submitted : null,
    },
    access:
      decision === null
        ? null
        : { tables: [{ table: `${table.database}.${table.name}`, ...decision.counts, all: table.schema.length, rows: decision.rows, because: decision.because }] },
    submittedAt: new Date(submitted).toISOString(),
    completedAt: over ? new Date(cancelledAt ?? submitted + lasts).toISOString() : null,
  };
}

// --- pipelines and audit -------------------------------------------------------------------------------------------

const stages = [
  ["land", "extract", []],
  ["clean", "sql", ["land"]],
  ["check_dates", "check", ["clean"]],
  ["by_month", "sql", ["check_dates"]],
  ["by_company", "sql", ["check_dates"]],
  ["tidy", "maintain", ["by_month", "by_company"]],
  ["tell", "notify", ["land", "tidy"]],
];
const stagesOf = {
  complaints: stages,
  archive: stages.slice(0, 2),
  narratives: [["learn", "train", []], ["keep", "register", ["learn"]]],
  readings: [["listen", "extract", [], "mqtt"], ["orders", "extract", [], "kafka"], ["hourly", "sql", ["listen", "orders"]]],
};
const backlogs = [
  { stage: "listen", kind: "mqtt", source: "sensors", waiting: 1284, unknown: null },
  { stage: "orders", kind: "kafka", source: "events", waiting: null, unknown: "NO_ANSWER" },
];
const delivered = (name, state, rows, aside, message = null) => ({ stage: "land", sha256: createHash("sha256").update(name).digest("hex"), name, bytes: 31 * (rows + aside) + 212, state, rowsIn: rows + aside, rowsLanded: rows, rowsQuarantined: aside, message, run: "7d0f0003-6c1a-4a52-9d5e-1f6a0c2b8e44", receivedAt: new Date(Date.now() - 3_600_000 * name.length).toISOString(), landedAt: null, archive: null, dismissedBy: null });
const deliveries = [
  delivered("complaints_2024.csv.gz", "REFUSED", 0, 0, "complaints_2024.csv.gz has the column 'severity' that dialect 'any' has no place for; map it in 'columns', or name it in 'ignore'"),
  delivered("complaints_2023_ddmmyyyy.csv.gz", "LANDED", 12_480, 3),
  delivered("complaints_2023_ddmmyyyy_again.csv", "DUPLICATE", 0, 0, "The content of complaints_2023_ddmmyyyy_again.csv is that of complaints_2023_ddmmyyyy.csv.gz, which was loaded before"),
];
const descriptions = { readings: "What sensors and tills send, every hour.", complaints: "Complaint files to the three zones, with checks.", archive: "Old deliveries, kept as they came.", narratives: "Learns to tell the product from the words of a complaint." };
const quarantined = {
  columns: ["_file", "_line", "_reason", "_raw"].map((name) => ({ name, type: name === "_line" ? "bigint" : "varchar" })),
  rows: [
    ["complaints_2023.csv.gz", "812", "18 fields, and the header has 17", "2023-04-01,Debt collection,I do not know,\"said, twice\",,,,,FL"],
    ["complaints_2023.csv.gz", "9044", "18 fields, and the header has 17", "2023-04-07,Mortgage,,,,,,,TX"],
    ["complaints_2023.csv.gz", "12007", "received_on: '2023-02-30' is no date", "2023-02-30,Credit reporting,,,,,,,CA"],
  ],
};
const shape = (files, bytes, manifests, snapshots) => ({ files, bytes, manifests, snapshots });
const gained = [
  { table: "complaints_curated.complaints", before: shape(214, 91_422_310, 38, 61), after: shape(4, 88_310_004, 1, 6), snapshotsHeld: 1, removedFiles: 388, removedBytes: 214_004_881, orphanFiles: 2, orphanBytes: 88_214, message: null },
  { table: "complaints_raw.complaints", before: shape(12, 61_004_112, 2, 14), after: shape(12, 61_004_112, 2, 14), snapshotsHeld: 0, removedFiles: 0, removedBytes: 0, orphanFiles: 0, orphanBytes: 0, message: "Others changed the table all the time; left for the next run" },
].map((item) => ({ stage: "tidy", ...item }));
const runList = Array.from({ length: 12 }, (_, i) => {
  const startedAt = Date.now() - 3_600_000 * (i * 7 + 1);
  return {
    id: `7d0f${String(i).padStart(4, "0")}-6c1a-4a52-9d5e-1f6a0c2b8e44`,
    pipeline: i % 4 === 3 ? "archive" : "complaints",
    state: i === 0 ? "RUNNING" : i === 3 || i === 7 ? "FAILED" : "SUCCEEDED",
    trigger: i % 2 === 0 ? "arrival" : "cron",
    startedAt: new Date(startedAt).toISOString(),
    endedAt: i === 0 ? null : new Date(startedAt + 41_000 + i * 900).toISOString(),
  };
});

const pausedPipelines = new Set();
const backfills = [
  { id: "b0f00001-6c1a-4a52-9d5e-1f6a0c2b8e44", pipeline: "complaints", from: "2026-01-01", to: "2026-01-31", requestedBy: "de", requestedAt: new Date().toISOString(), runs: { SUCCEEDED: 27, RUNNING: 2, QUEUED: 2 } },
];

/** A run that has learned something a moment later. */
function train() {
  const run = { id: randomUUID(), pipeline: "narratives", state: "RUNNING", trigger: "api", startedAt: new Date().toISOString(), endedAt: null };
  runList.unshift(run);
  setTimeout(() => {
    Object.assign(run, { state: "SUCCEEDED", endedAt: new Date().toISOString() });
    trained();
  }, 700);
  return run;
}

function pipelines(user, method, [what, id, part, stage, sha256, act], query, body) {
  if (!users[user].capabilities.includes("pipelines")) throw notFound();
  if (what === "backfills") {
    const found = backfills.find((each) => each.id === id);
    if (found === undefined) throw notFound();
    if (part === "cancel") found.runs = { SUCCEEDED: 27, CANCELLED: 4 };
    if (part === "resume") found.runs = { SUCCEEDED: 27, QUEUED: 4 };
    if (part !== "runs") return found;
    const states = Object.entries(found.runs).flatMap(([state, count]) => Array(count).fill(state));
    return { items: states.map((state, i) => ({ id: runList[1].id, date: `2026-01-${String(i + 1).padStart(2, "0")}`, state })).reverse(), nextCursor: null };
  }
  if (["checks", "backlog", "deliveries"].includes(part) && !(id in stagesOf)) throw notFound();
  if (part === "deliveries" && method === "POST") {
    const file = deliveries.find((each) => each.stage === stage && each.sha256 === sha256);
    if (file?.state !== "REFUSED") throw new Refusal(409, "Conflict", `'${file?.name}' is not refused`);
    return Object.assign(file, act === "dismiss" ? { dismissedBy: user } : { state: "RECEIVED", dismissedBy: null });
  }
  if (part === "deliveries") return paged(deliveries.filter((file) => id === "complaints" && [null, file.state].includes(query.get("state"))), query);
  if (part === "backlog") return { items: id === "readings" ? backlogs : [], nextCursor: null };
  if (part === "checks") {
    const point = (i, measured, kept, onFailure = "FAIL") => ({ run: runList[i % runList.length].id, at: new Date(Date.now() - i * 86_400_000).toISOString(), kept, onFailure, measured, unit: "PERCENT", rowsFailing: 0, rowsChecked: 12_480, message: "" });
    return {
      items: [
        { stage: "check_dates", rule: "dates-in-order", points: [0.8, 0.2, 0.3, 1.4, 0.2, 0.1, 0.2].map((share, i) => point(i, share, share < 1, "WARN")) },
        { stage: "check_dates", rule: "has-a-key", points: [0, 0, 0, 3, 0].map((share, i) => point(i, share, share === 0)) },
        { stage: "tell", rule: "drift of narrative known words", points: [0.02, 0.03, 0.11, 0.31, 0.06].map((index, i) => ({ ...point(i, index, index < 0.25, "WARN"), unit: "NUMBER" })) },
      ],
      nextCursor: null,
    };
  }
  if (method === "POST" && part === "runs" && body?.dryRun === true) {
    return {
      stages: [
        { stage: "land", kind: "extract", reads: ["files *.csv* delivered to a folder"], writes: ["complaints_raw.complaints"], notes: ["The folder is not there yet"], problems: [] },
        { stage: "clean", kind: "sql", reads: ["complaints_raw.complaints"], writes: ["complaints_curated.complaints"], notes: [], problems: id === "archive" ? ["'robot' must not DELETE from complaints_curated.complaints"] : [] },
      ],
    };
  }
  if (part === "backfills") return { items: backfills.filter((each) => each.pipeline === id), nextCursor: null };
  if (part === "backfill") {
    if (id === "archive") throw new Refusal(422, "Bad stage", "No stage of pipeline 'archive' asks for the day of its run, so all days would be the same; write ${run.date} in its SQL");
    const made = { ...backfills[0], id: randomUUID(), from: body.from, to: body.to, runs: { QUEUED: 3 } };
    backfills.unshift(made);
    return made;
  }
  if (method === "POST" && what === "pipelines") {
    if (part === "pause") pausedPipelines.add(id);
    else if (part === "resume") pausedPipelines.delete(id);
    else if (id === "narratives") return train();
    else return runList.find((run) => run.pipeline === id);
    return {};
  }
  if (method === "POST") {
    const run = runList.find((each) => each.id === id);
    if (part === "resume" && body?.from === undefined && run.state !== "FAILED" && run.state !== "CANCELLED") throw new Refusal(409, "Conflict", "It has not failed.");
    run.state = part === "cancel" ? "CANCELLED" : "RUNNING";
    run.endedAt = part === "cancel" ? new Date().toISOString() : null;
    return run;
  }
  if (what === "pipelines") {
    return {
      items: Object.keys(stagesOf).map((name) => {
        const run = runList.find((each) => each.pipeline === name);
        return {
          name,
          description: descriptions[name],
          owner: "data engineering",
          stages: stagesOf[name].map(([stage, kind, needs, stream = null]) => ({ name: stage, kind, needs, stream, files: kind === "extract" && stream === null })),
          triggers: name === "readings" ? ["files arriving for listen"] : ["files arriving for land", "cron 0 6 * * * (UTC)"],
          nextDue: name === "readings" || pausedPipelines.has(name) ? null : new Date(new Date().setUTCHours(30, 0, 0, 0)).toISOString(),
          paused: pausedPipelines.has(name),
          missedDeadline: name === "archive" ? new Date(Date.now() - 7_200_000).toISOString() : null,
          lastRun: run === undefined ? null : { id: run.id, state: run.state, startedAt: run.startedAt, endedAt: run.endedAt },
        };
      }),
      nextCursor: null,
    };
  }
  if (id === undefined) return paged(runList.filter((run) => !query.get("pipeline") || run.pipeline === query.get("pipeline")), query);
  const run = runList.find((each) => each.id === id);
  if (run === undefined) throw notFound();
  const started = Date.parse(run.startedAt);
  if (part === "logs") {
    const after = Number(query.get("after") ?? 0);
    const lines = run.pipeline === "narratives" ? [["INFO", "learn", "3,936 narratives read, 984 of them held back to measure"]] : [
      ["INFO", "land", "complaints_2023_ddmmyyyy_snake_headers.csv.gz: 12,480 rows, header found on line 1"],
      ["WARN", "land", "3 rows quarantined: 2 with too many fields, 1 with a date that does not exist"],
      ["INFO", "clean", "merged by complaint_id: 12,060 new, 417 replaced"],
      ...(run.state === "FAILED" ? [["ERROR", "check_dates", "date_sent before date_received in 9 rows; at most 0 are allowed"]] : []),
    ];
    const items = lines.map(([level, stage, message], i) => ({ sequence: i + 1, at: new Date(started + i * 4_321).toISOString(), level, stage, message }));
    return { items: items.filter((line) => line.sequence > after) };
  }
  if (part === "maintenance") return { items: run.state === "SUCCEEDED" ? gained : [], nextCursor: null };
  const its = run.pipeline === "narratives" ? stagesOf.narratives : stages;
  const reached = Math.min(its.length - (run.state === "SUCCEEDED" ? 0 : 1), { RUNNING: 1, FAILED: 2, CANCELLED: 2, SUCCEEDED: 7 }[run.state]);
  return {
    ...run,
    stages: its.map(([name, kind, needs], i) => ({
      name,
      kind,
      needs,
      attempt: i <= reached ? 1 : 0,
      quarantine: i === 0 ? { table: "complaints_raw.complaints_quarantine", sql: `SELECT * FROM complaints_raw.complaints_quarantine WHERE _ingested_at >= TIMESTAMP '${run.startedAt.slice(0, 19).replace("T", " ")}' LIMIT 200` } : null,
      state: i < reached ? "SUCCEEDED" : i > reached ? (run.state === "FAILED" ? "SKIPPED" : "PENDING") : run.state,
      rowsIn: i <= reached && kind !== "notify" ? 12_480 : null,
      rowsOut: i < reached && kind !== "notify" ? 12_477 : null,
      rowsRejected: i === 0 ? 3 : i < reached ? 0 : null,
      startedAt: i <= reached ? new Date(started + i * 8_000).toISOString() : null,
      endedAt: i < reached || (i === reached && run.state === "FAILED") ? new Date(started + i * 8_000 + 7_210).toISOString() : null,
      message: i === reached && run.state === "FAILED" ? "date_sent before date_received in 9 rows" : null,
      progress: i === reached && run.state === "RUNNING" ? 0.62 : null,
    })),
  };
}

const kinds = ["query.intent", "query.outcome", "session.created", "policy.applied", "sample.read"];
const records = Array.from({ length: 240 }, (_, i) => ({
  sequence: 240 - i,
  at: new Date(Date.now() - i * 411_000).toISOString(),
  kind: kinds[i % kinds.length],
  principal: ["analyst", "ds", "admin"][i % 3],
  subject: i % 5 === 2 ? null : "complaints_curated.complaints",
  details: { query: randomUUID(), decision: "filtered", rows: (i * 37) % 900, masks: { zip_code: "first 3" } },
}));

const horizon = { first: 31, retiredUpTo: "2025-05-20T11:30:00Z", retiredAt: "2026-11-20T03:00:00Z", recordedAs: 200 };

function audit(user, sequence, query) {
  if (!users[user].capabilities.includes("audit")) throw new Refusal(403, "Forbidden", "The audit log is for auditors.");
  if (sequence === "views") return { items: [], nextCursor: null };
  if (sequence === "retention")
    return { retention: "P1Y6M", horizon, due: retired ? [] : [{ first: 1, last: 30, newest: horizon.retiredAt, heldBy: [] }], held: { first: 31, last: 60, newest: horizon.retiredAt, heldBy: ["case-7"] } };
  if (sequence === "holds")
    return {
      items: [
        { name: "case-7", person: null, table: "complaints_curated.complaints", from: horizon.retiredUpTo, until: null, reason: "A claim is pending", placedBy: "admin", placedAt: horizon.retiredAt },
        { name: "leaver", person: "ben", table: null, from: null, until: null, reason: "Asked for by the works council", placedBy: "admin", placedAt: horizon.retiredAt },
      ],
      nextCursor: null,
    };
  if (sequence !== undefined && sequence !== "times") {
    const record = records.find((each) => each.sequence === Number(sequence));
    if (record === undefined) throw notFound();
    const hash = (n) => Array.from({ length: 64 }, (_, i) => ((i * 7 + n * 13) % 16).toString(16)).join("");
    return {
      record,
      proof: { leafHash: hash(record.sequence), treeSize: 240, hashes: [1, 2, 3, 4].map(hash), checkpoint: `atalaya.local/audit\n240\n${hash(9)}\n\n— atalaya.local ${hash(5)}` },
    };
  }
  const wanted = ["principal", "kind", "subject"].map((name) => [name, query.get(name)]).filter(([, text]) => text);
  const items = records.filter(
    (record) =>
      wanted.every(([name, text]) => record[name]?.includes(text)) &&
      (!query.get("from") || record.at >= query.get("from")) &&
      (!query.get("until") || record.at <= query.get("until")),
  );
  if (sequence === "times") return times(items);
  return { ...paged(items, query), verifiedUntil: 231, horizon };
}

/** When they were made, in spans of an hour or, if they are few, a minute. */
function times(items) {
  if (items.length === 0) return { from: new Date(0).toISOString(), seconds: 1, counts: [], whole: true };
  const at = items.map((record) => Date.parse(record.at) / 1000);
  const seconds = Math.max(...at) - Math.min(...at) > 3600 ? 3600 : 60;
  const slots = at.map((second) => Math.floor(second / seconds));
  const first = Math.min(...slots);
  const counts = Array(Math.max(...slots) - first + 1).fill(0);
  for (const slot of slots) counts[slot - first] += 1;
  return { from: new Date(first * seconds * 1000).toISOString(), seconds, counts, whole: true };
}

/** What stands for the archive of the records. */
function exported(user) {
  if (!users[user].capabilities.includes("audit")) throw new Refusal(403, "Forbidden", "The audit log is for auditors.");
  return [200, "PK", { "Content-Type": "application/zip", "Content-Disposition": 'attachment; filename="audit-240.zip"' }];
}

let retired = false;

/** Only administrators remove what is old enough. */
function retire(user) {
  onlyAdministrators(user);
  retired = true;
  return { retention: "P1Y6M", horizon, due: [], held: null };
}

// --- files ---------------------------------------------------------------------------------------------------------

function page(path, response) {
  let file = join(dist, normalize(path));
  if (!existsSync(file) || statSync(file).isDirectory()) file = join(dist, "index.html");
  if (!existsSync(file)) throw new Refusal(404, "Not built", "web/dist is empty; run npm run build.");
  response.writeHead(200, {
    "Content-Type": types[extname(file)] ?? "application/octet-stream",
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  });
  response.end(readFileSync(file));
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { url } = await startMock(Number(process.argv[2] ?? 8091));
  console.log(`mock of Atalaya at ${url}`);
}
