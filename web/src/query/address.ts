/**
 * The address of the query page: the execution in the path, the chart in the search, the text after `#`, which a browser keeps to itself. So a
 * text can be sent to a colleague and survives reload, and literals in it do not reach the log of a server.
 */
export function queryPath(execution: string | null, sql: string, search: string = ""): string {
  const path = (execution === null ? "/query" : `/query/${encodeURIComponent(execution)}`) + search;
  // A text that was emptied is not one that is still to come.
  return sql === "" && path === "/query" ? path : `${path}#sql=${encodeURIComponent(sql)}`;
}

/** The text in the part of an address after `#`, or `null` when there is none. */
export function sqlOf(hash: string): string | null {
  if (!hash.startsWith("#sql=")) return null;
  try {
    return decodeURIComponent(hash.slice("#sql=".length));
  } catch {
    return null;
  }
}
