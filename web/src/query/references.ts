import { blanked } from "./statement";

/** A table that a statement names after FROM, JOIN and the like. */
export interface Reference {
  database: string | null;
  table: string;
  alias: string | null;
}

const part = `(?:"[^"]+"|[\\w$]+)`;
const named = new RegExp(
  `\\b(?:from|join|into|update|describe|table)\\s+(${part}(?:\\s*\\.\\s*${part}){0,2})(?:\\s+(?:as\\s+)?(${part}))?`,
  "gi",
);
const notAlias =
  /^(where|group|order|having|limit|offset|fetch|union|except|intersect|join|inner|left|right|full|cross|natural|on|using|tablesample|for|select|values|set|window|with|when|as)$/i;

/** Every table a text refers to, in its order; unfinished texts included. */
export function referencesIn(text: string): Reference[] {
  return [...blanked(text).matchAll(named)].map((match) => {
    const path = (match[1] ?? "").split(".").map((piece) => unquoted(piece.trim()));
    const alias = match[2];
    return {
      database: path.length > 1 ? (path.at(-2) ?? null) : null,
      table: path.at(-1) ?? "",
      alias: alias === undefined || notAlias.test(alias) ? null : unquoted(alias),
    };
  });
}

function unquoted(piece: string): string {
  return piece.startsWith('"') ? piece.slice(1, piece.endsWith('"') ? -1 : undefined) : piece.toLowerCase();
}

/** The dotted path before the caret and the word that is being typed. */
export function typedPath(before: string): { path: string[]; word: string } {
  const match = /((?:(?:"[^"]+"|[\w$]+)\.)*)("?[\w$]*)$/.exec(before);
  const path = (match?.[1] ?? "").split(/\.(?=(?:[^"]*"[^"]*")*[^"]*$)/).filter((piece) => piece !== "");
  return { path: path.map(unquoted), word: match?.[2] ?? "" };
}
