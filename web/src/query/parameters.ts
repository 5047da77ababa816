import { blanked } from "./statement";

/** A `?` in a text: where it stands, and the name before it that its value is compared with. */
export interface Placeholder {
  at: number;
  name: string | null;
}

export function placeholdersIn(text: string): Placeholder[] {
  const code = blanked(text).replace(/"(?:[^"]|"")*"/g, (piece) => " ".repeat(piece.length));
  return [...code.matchAll(/\?/g)].map(({ index }) => {
    const before = text.slice(Math.max(0, index - 200), index);
    const compared = /([A-Za-z_]\w*|"[^"]+")\s*(?:=|<>|!=|<=?|>=?|\blike|\bbetween)\s*$/i.exec(before)?.[1];
    const clause = /\b(limit|offset)\s*$/i.exec(before)?.[1];
    return { at: index, name: (compared ?? clause?.toLowerCase() ?? null)?.replaceAll('"', "") ?? null };
  });
}

export type Written = "text" | "number" | "truth" | "null" | "date" | "timestamp" | "literal";

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
const LITERAL = /^(?:(?:[A-Za-z]+(?:\s+'[^']*')?\s+)?'(?:[^']|'')*')(?:\s+[A-Za-z]+)?$/;

/** What a value is taken for, by how it is written. */
export function kindOf(value: string): Written {
  const text = value.trim();
  if (NUMBER.test(text)) return "number";
  if (/^(?:true|false)$/i.test(text)) return "truth";
  if (/^null$/i.test(text)) return "null";
  if (DATE.test(text)) return "date";
  if (TIMESTAMP.test(text)) return "timestamp";
  return LITERAL.test(text) ? "literal" : "text";
}

/** The value as SQL writes it: quoted values and such as `DATE '2026-01-31'` as they are, a text between quotes. */
export function literalOf(value: string): string {
  const text = value.trim();
  switch (kindOf(text)) {
    case "date":
      return `DATE '${text}'`;
    case "timestamp":
      return `TIMESTAMP '${text.replace("T", " ")}'`;
    case "text":
      return `'${value.replaceAll("'", "''")}'`;
    default:
      return text;
  }
}
