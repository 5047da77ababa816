// The catalog of the mock service: a small complaints lakehouse, and what each of three profiles may see of it.

const because = {
  analyst: { kind: "grant", id: "g-analyst-curated", text: "Analysts may read tables of the zones curated and consumption." },
  scientist: { kind: "grant", id: "g-ds-curated", text: "Data scientists may read curated tables with masks." },
  engineer: { kind: "grant", id: "g-de-tables", text: "Data engineers read and write the tables of their pipelines." },
  auditor: { kind: "grant", id: "g-audit-describe", text: "Auditors may describe every table and read no rows." },
  region: { kind: "guard", id: "region-of-user", text: "Rows are those of the analyst's own region." },
  narrative: { kind: "guard", id: "pii-high", text: "Columns tagged pii=high are hidden from analysts." },
  redact: { kind: "guard", id: "long-numbers", text: "Numbers of more than four digits in free text are redacted." },
  zip: { kind: "guard", id: "zip-3", text: "ZIP codes keep three digits for everyone but stewards." },
  pseudonym: { kind: "guard", id: "company-pseudonym", text: "Companies appear under a joinable pseudonym." },
};

const column = (id, name, type, doc, tags = {}) => ({ id, name, type, nullable: id !== 1, doc, tags });

const complaintColumns = [
  column(1, "complaint_id", "bigint", "Number that the bureau gave the complaint; a key of its content where none was delivered."),
  column(2, "date_received", "date", "Day the bureau received the complaint."),
  column(3, "product", "varchar", "Kind of financial product."),
  column(4, "sub_product", "varchar", null),
  column(5, "issue", "varchar", "What the consumer complained about."),
  column(6, "sub_issue", "varchar", null),
  column(7, "consumer_complaint_narrative", "varchar", "The complaint in the consumer's words, published with consent.", { pii: "high" }),
  column(8, "company_public_response", "varchar", null),
  column(9, "company", "varchar", "Company the complaint is about.", { pii: "low" }),
  column(10, "state", "varchar", "Two letters of the consumer's state."),
  column(11, "zip_code", "varchar", "ZIP code of the consumer.", { pii: "medium" }),
  column(12, "tags", "varchar", "Older American, servicemember."),
  column(13, "consent", "varchar", "Whether the consumer agreed to publish the narrative."),
  column(14, "submitted_via", "varchar", null),
  column(15, "date_sent", "date", "Day the complaint went to the company."),
  column(16, "timely_response", "boolean", "Whether the company answered in time."),
  column(17, "disputed", "boolean", "Whether the consumer disputed the answer."),
];

const monthly = [
  column(1, "month", "date", "First day of the month."),
  column(2, "product", "varchar", "Kind of financial product."),
  column(3, "state", "varchar", "Two letters of the state."),
  column(4, "complaints", "bigint", "Complaints received."),
  column(5, "timely_share", "double", "Share that was answered in time."),
];

const raw = complaintColumns.map(({ id, name, doc, tags }) => column(id, name, "varchar", doc, tags));

const fillers = Array.from({ length: 117 }, (_, i) => ({
  database: `archive_${["raw", "curated", "consumption"][i % 3]}`,
  name: `delivery_${String(i + 1).padStart(3, "0")}`,
  zone: ["raw", "curated", "consumption"][i % 3],
  owner: "archive team",
  description: `Delivery ${i + 1} of the archive, kept as it came.`,
  tags: {},
  schema: monthly,
}));

export const tables = [
  {
    database: "complaints_consumption",
    name: "by_product_month_state",
    zone: "consumption",
    owner: "consumer insights",
    description: "Complaints by product, month and state; refreshed after every delivery.",
    tags: { pii: "none" },
    schema: monthly,
  },
  {
    database: "complaints_curated",
    name: "complaints",
    zone: "curated",
    owner: "consumer insights",
    description: "Consumer complaints, typed and deduplicated by complaint id; a later delivery of the same id wins.",
    tags: { domain: "complaints" },
    schema: complaintColumns,
  },
  {
    database: "complaints_raw",
    name: "complaints",
    zone: "raw",
    owner: "data engineering",
    description: "Consumer complaints as delivered, one row for each line of a file.",
    tags: { domain: "complaints" },
    schema: raw,
  },
  {
    database: "complaints_raw",
    name: "quarantine",
    zone: "raw",
    owner: null,
    description: null,
    tags: {},
    schema: [column(1, "file", "varchar", "File the line came from."), column(2, "line", "bigint", null), column(3, "reason", "varchar", null)],
  },
  ...fillers,
  {
    database: "papers_curated",
    name: "places",
    zone: "curated",
    owner: "research",
    description: "Where the abstract of each paper stands among the others.",
    tags: {},
    schema: [column(1, "id", "varchar", "Number of the paper."), column(2, "title", "varchar", null), column(3, "embedding", "array(real)", "256 directions of the model papers_curated.meaning.")],
  },
].map((table, index) => ({
  ...table,
  uuid: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  updatedAt: new Date(Date.now() - (index * 5 + 1) * 3_700_000).toISOString(),
}));

export const users = {
  analyst: { profiles: ["analyst"], capabilities: ["catalog", "query", "dashboards", "models", "requests"] },
  ds: { profiles: ["data-scientist"], capabilities: ["catalog", "query", "dashboards", "models", "requests", "pipelines"] },
  de: { profiles: ["data-engineer"], capabilities: ["catalog", "query", "dashboards", "models", "requests", "pipelines"] },
  auditor: { profiles: ["auditor"], capabilities: ["catalog", "query", "dashboards", "models", "requests", "reviews", "audit"] },
  steward: { profiles: ["steward"], capabilities: ["catalog", "query", "dashboards", "requests", "pipelines", "classification"] },
  admin: { profiles: ["administrator"], administrator: true, capabilities: ["catalog", "query", "dashboards", "models", "requests", "reviews", "pipelines", "policies", "audit", "administration"] },
};
for (const [name, user] of Object.entries(users)) Object.assign(user, { name, password: `${name}-password` });

const visible = (cause) => ({ state: "visible", because: [cause] });

/** So many datasets more, and one of so many columns: for measuring. */
export function grow(datasets, columns) {
  const zones = ["raw", "curated", "consumption"];
  const at = new Date(0).toISOString();
  for (let i = 0; i < datasets; i++) {
    const zone = zones[i % 3];
    tables.push({ database: `domain_${String(i % 700).padStart(3, "0")}_${zone}`, name: `table_${i}`, zone, owner: `team ${i % 40}`, description: `Number ${i} of very many.`, tags: {}, schema: monthly, uuid: `00000000-0000-4000-9000-${String(i).padStart(12, "0")}`, updatedAt: at });
  }
  const schema = Array.from({ length: columns }, (_, i) => column(i + 1, `measure_${i + 1}`, ["bigint", "double", "varchar"][i % 3], `What the sensor ${i + 1} says.`, i % 7 === 0 ? { pii: "low" } : {}));
  tables.push({ database: "sensors_curated", name: "wide", zone: "curated", owner: "research", description: "Very many columns.", tags: {}, schema, uuid: "00000000-0000-4000-9001-000000000000", updatedAt: at });
}

/** A table that a statement made, of what it was read from. */
export function makeTable(database, name, owner, schema) {
  const zone = /_(raw|curated|consumption)$/.exec(database)?.[1] ?? null;
  const uuid = `00000000-0000-4000-8000-${String(tables.length).padStart(12, "0")}`;
  tables.push({ database, name, zone, owner, description: null, tags: {}, schema, uuid, updatedAt: new Date().toISOString(), madeBy: owner });
}

export function dropTable(table) {
  tables.splice(tables.indexOf(table), 1);
}

/** What one user may see of one table, or null when not even its name. */
export function decide(who, table) {
  const user = ["steward", "admin"].includes(who) ? "auditor" : who;
  if (user === "analyst" && table.zone === "raw") return null;
  if (user === "ds" && table.name === "quarantine") return null;
  const cause = { analyst: because.analyst, ds: because.scientist, de: because.engineer, auditor: because.auditor }[user];
  const select = user !== "auditor" && !(user === "ds" && table.zone === "raw");
  const columns = table.schema.map(({ name }) => {
    if (table.schema !== complaintColumns) return visible(cause);
    const states = {
      analyst: {
        consumer_complaint_narrative: { state: "hidden", because: [because.narrative] },
        company_public_response: { state: "hidden", because: [because.narrative] },
        tags: { state: "hidden", because: [because.narrative] },
        zip_code: { state: "masked", mask: "first 3", because: [cause, because.zip] },
        company: { state: "masked", mask: "redact", because: [cause, because.pseudonym] },
        disputed: { state: "conditional", where: "date_sent >= DATE '2015-01-01'", because: [cause] },
      },
      ds: {
        consumer_complaint_narrative: { state: "masked", mask: "redact numbers", because: [cause, because.redact] },
        company: { state: "masked", mask: "pseudonym", because: [cause, because.pseudonym] },
        zip_code: { state: "masked", mask: "first 3", because: [cause, because.zip] },
      },
      de: {},
      auditor: {},
    };
    return states[user][name] ?? visible(cause);
  });
  const rows = user === "analyst" && table.schema === complaintColumns ? "state = 'CA'" : null;
  const count = (state) => columns.filter((each) => each.state === state).length;
  return {
    select,
    rows,
    because: rows === null ? [cause] : [cause, because.region],
    columns,
    counts: {
      visible: count("visible"),
      masked: count("masked"),
      conditional: count("conditional"),
      hidden: count("hidden"),
    },
  };
}

const products = ["Mortgage", "Credit card", "Debt collection", "Student loan", "Checking or savings account"];
const states = ["CA", "TX", "NY", "FL", "WA"];
const companies = ["NORTHERN LAKES BANK", "HARBOR CREDIT UNION", "PRAIRIE LENDING, LLC"];

/** A made-up value, the same for the same row. */
function value({ name, type }, row) {
  if (name === "complaint_id") return String(1_290_000 + row * 7);
  if (name === "state") return states[row % states.length];
  if (name === "product") return products[row % products.length];
  if (name === "company") return companies[row % companies.length];
  if (name === "zip_code") return String(90_000 + ((row * 317) % 9_999));
  if (name === "consumer_complaint_narrative")
    return row % 4 === 0 ? null : `I called about account ${40_000_000 + row} three times and nobody could tell me why the fee was charged.`;
  if (type === "date") return `20${13 + (row % 8)}-${String((row % 12) + 1).padStart(2, "0")}-${String((row % 28) + 1).padStart(2, "0")}`;
  if (type === "bigint") return String((row * 7919) % 4_000);
  if (type === "double") return (0.9 + (row % 100) / 1000).toFixed(3);
  if (type === "boolean") return row % 9 === 0 ? "false" : "true";
  return row % 5 === 4 ? null : `${name.replaceAll("_", " ")} ${(row % 23) + 1}`;
}

const masks = {
  "first 3": (text) => `${text.slice(0, 3)}XX`,
  redact: (text) => text.replace(/[A-Z]/g, "X"),
  "redact numbers": (text) => text.replace(/\d{5,}/g, "#####"),
  pseudonym: (text) => `p_${[...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7).toString(16).padStart(8, "0")}`,
};

/** Columns and rows of a table as one user sees them. */
export function read(user, table, from, count) {
  const decision = decide(user, table);
  const readable = table.schema.map((each, i) => ({ ...each, access: decision.columns[i] })).filter(({ access }) => access.state !== "hidden");
  const rows = Array.from({ length: count }, (_, i) => {
    const row = decision.rows === null ? from + i : (from + i) * states.length;
    return readable.map((each) => {
      const stored = value(each, row);
      if (stored === null || (each.access.state === "conditional" && row % 2 === 1)) return null;
      return each.access.state === "masked" ? masks[each.access.mask](stored) : stored;
    });
  });
  return { columns: readable.map(({ name, type }) => ({ name, type })), rows };
}
