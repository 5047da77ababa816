/** A piece of the editor's text that is sent as one statement. */
export interface Fragment {
  sql: string;
  /** Where the piece begins in the editor's text. */
  from: number;
}

/** The text with comments and quoted texts blanked out, position by position. */
export function blanked(text: string): string {
  return text.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)/g, (piece) =>
    piece.replace(/[^\n]/g, " "),
  );
}

/** What to run: the selection, or else the statement around the caret. */
export function fragmentToRun(text: string, selection: { from: number; to: number }): Fragment | null {
  if (text.slice(selection.from, selection.to).trim() !== "") {
    return trimmed(text, selection.from, selection.to);
  }
  const code = blanked(text);
  let best: Fragment | null = null;
  for (let start = 0; start <= text.length; ) {
    const semicolon = code.indexOf(";", start);
    const end = semicolon < 0 ? text.length : semicolon;
    // A piece of nothing but comments and space is not a statement.
    if (code.slice(start, end).trim() !== "") best = trimmed(text, start, end);
    if (best !== null && selection.from <= end) return best;
    start = end + 1;
  }
  return best;
}

function trimmed(text: string, from: number, to: number): Fragment | null {
  const piece = text.slice(from, to);
  const sql = piece.trim().replace(/;\s*$/, "").trimEnd();
  return sql === "" ? null : { sql, from: from + piece.length - piece.trimStart().length };
}

/** Where line and column (from 1, within the fragment) are in the editor's text; the end of the word they are in, too. */
export function rangeOf(
  text: string,
  fragment: Fragment,
  line: number | null,
  column: number | null,
): { from: number; to: number } | null {
  if (line === null || text.slice(fragment.from, fragment.from + fragment.sql.length) !== fragment.sql) return null;
  const lines = fragment.sql.split("\n");
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const words = lines[index] ?? "";
  const before = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0);
  const inLine = Math.min(Math.max((column ?? 1) - 1, 0), words.length);
  const word = /^(?:[\w$]+|"[^"]*"|'[^']*'|.)/u.exec(words.slice(inLine));
  const from = fragment.from + before + inLine;
  if (word !== null) return { from, to: from + word[0].length };
  // Past the end of a line there is nothing to underline: take what stands before.
  const last = /\S+\s*$/.exec(text.slice(fragment.from, from));
  return last === null ? { from, to: from } : { from: from - last[0].length, to: from };
}

/** Where a statement that ran before stands in the text now, or `null` when it was edited away. */
export function findFragment(text: string, sql: string): Fragment | null {
  const from = text.indexOf(sql);
  return from < 0 ? null : { sql, from };
}
