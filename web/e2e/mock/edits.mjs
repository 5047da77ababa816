// What is said about the mock's tables, changed by stewards and auditors alone; a word "meanwhile" is always a colleague's.
const edited = new Map();

export const editsOf = (table) => edited.get(table) ?? [];

export function mayEdit(user, table) {
  const may = user === "steward";
  return { words: may || table.madeBy === user, owner: may, certification: may, edition: `e${editsOf(table).length}`, declared: table.name === "complaints" };
}

/** What refuses it, or null once it is done. */
export function edit(user, table, body, seen) {
  const { words, edition } = mayEdit(user, table);
  if (!words) return [403, "Forbidden", "What is said about a dataset is changed by its owner, its stewards and those who may alter it", { code: "no-edit" }];
  const change = (person, field, from, to, column) => edited.set(table, [{ at: new Date().toISOString(), person, field, ...(column ? { column } : {}), ...(from ? { from } : {}), ...(to ? { to } : {}) }, ...editsOf(table)]);
  if (body.description?.includes("meanwhile") && editsOf(table).every(({ person }) => person !== "colleague")) {
    change("colleague", "description", table.description, "What a colleague says.");
    table.description = "What a colleague says.";
  }
  if (seen !== `"${mayEdit(user, table).edition}"` || edition !== mayEdit(user, table).edition)
    return [409, "Conflict", "Somebody changed what is said about this dataset meanwhile; look at it again, nothing of yours was saved"];
  for (const field of ["description", "owner"])
    if (body[field] !== undefined) {
      change(user, field, table[field], body[field]);
      table[field] = body[field] === "" ? null : body[field];
    }
  if (body.freshWithinSeconds !== undefined) {
    change(user, "freshness", table.within && String(table.within), String(body.freshWithinSeconds));
    table.within = body.freshWithinSeconds || undefined;
  }
  for (const [name, doc] of Object.entries(body.columns ?? {})) {
    const column = table.schema.find((each) => each.name === name);
    change(user, "column", column.doc, doc, name);
    column.doc = doc;
  }
  return null;
}
