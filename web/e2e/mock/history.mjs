// Commits of the mock's tables: a column was renamed between two of them, and numbers are for those who see every row.
const newest = 6_712_944_218_077_421_000n;

/** What changed between the third and the fourth. */
const renamed = (table) => (table.schema.some((column) => column.name === "tags") ? [{ kind: "renamed", column: "tags", from: "labels", to: "tags" }] : []);

export function snapshots(table, access) {
  const told = (value) => (access.select && access.rows === null ? value : null);
  return Array.from({ length: 8 }, (_, i) => ({
    id: String(newest - BigInt(i) * 31_337_777n),
    parentId: i === 7 ? null : String(newest - BigInt(i + 1) * 31_337_777n),
    committedAt: new Date(Date.parse(table.updatedAt) - i * 86_400_000).toISOString(),
    operation: i % 3 === 1 ? "overwrite" : "append",
    addedRecords: told(12_480 - i * 311),
    deletedRecords: told(i % 3 === 1 ? 420 : 0),
    totalRecords: told(99_840 - i * 12_069),
    addedFiles: told(4),
    totalFiles: told(32 - 4 * i),
    schemaId: i < 3 ? 1 : 0,
    changes: i === 2 ? renamed(table) : [],
  }));
}

/** Two of them beside each other; null if one is none of them. */
export function comparison(table, access, fromId, toId) {
  const all = snapshots(table, access);
  const to = all.find(({ id }) => id === (toId ?? all[0].id));
  const from = all.find(({ id }) => id === (fromId ?? to?.parentId ?? to?.id));
  if (to === undefined || from === undefined) return null;
  const [early, late] = [from, to].map((each) => all.indexOf(each));
  const columns = table.schema.filter((_, i) => access.columns[i].state !== "hidden").map(({ name }) => `"${name}"`).join(", ");
  const at = (snapshot) => `  SELECT ${columns} FROM "${table.database}"."${table.name}" FOR VERSION AS OF ${snapshot.id}`;
  return {
    from: { ...from, changes: [] },
    to: { ...to, changes: [] },
    changes: early > 2 && late <= 2 ? renamed(table) : [],
    sql:
      access.select && from !== to
        ? `SELECT 'before' AS "_in", ${columns}\nFROM (\n${at(from)}\n  EXCEPT ALL\n${at(to)}\n)\nUNION ALL\nSELECT 'after' AS "_in", ${columns}\nFROM (\n${at(to)}\n  EXCEPT ALL\n${at(from)}\n)\nLIMIT 1000`
        : null,
  };
}
