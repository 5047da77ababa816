// How the mock's complaints were read: people for stewards and auditors, numbers for those who may read.
const day = 86_400_000;
const date = (ago) => new Date(Date.now() - ago * day).toISOString().slice(0, 10);

export function usage(user, table, access) {
  const since = date(29);
  const watches = user === "steward" || user === "auditor";
  if (!watches && !access.select) return { since, told: "nothing", statements: null, people: null, days: [], columns: [], who: [] };
  const told = watches ? "people" : "numbers";
  if (!table.database.startsWith("complaints_")) return { since, told, statements: 0, people: 0, days: [], columns: table.schema.map(({ name }) => ({ column: name, statements: 0 })), who: [] };
  const days = Array.from({ length: 30 }, (_, i) => ({ day: date(29 - i), statements: i % 7 > 4 ? 0 : (i * 7) % 23 })).filter(({ statements }) => statements > 0);
  days.push({ day: date(0), statements: 312 - days.reduce((sum, { statements }) => sum + statements, 0) });
  return {
    since,
    told,
    statements: 312,
    people: 4,
    days: [...new Map(days.map((each) => [each.day, each])).values()],
    columns: table.schema.filter((_, i) => access.columns[i].state !== "hidden").map(({ name }, i) => ({ column: name, statements: Math.max(0, 290 - 41 * i) })),
    who: watches ? [["rosa", 188, 0], ["analyst", 90, 1], ["ds", 30, 4], ["teo", 4, 21]].map(([person, statements, ago]) => ({ person, statements, last: date(ago) })) : [],
  };
}
