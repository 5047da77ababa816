import { formatDialect, trino } from "sql-formatter";

/** Lays a text out; throws when it does not understand it. In a chunk of its own, loaded with the first use. */
export function layOut(sql: string): string {
  return formatDialect(sql, {
    dialect: trino,
    tabWidth: 2,
    // Letters stay as they are: some names are words of the grammar, too.
    keywordCase: "preserve",
    paramTypes: { positional: true },
    linesBetweenQueries: 1,
  });
}
