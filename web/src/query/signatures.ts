import { queryOptions } from "@tanstack/react-query";
import { client } from "../api/client";
import type { Page } from "../api/types";
import { blanked } from "./statement";

/** A function as the service knows it: its signatures as `(bigint, T) → T`, or why it cannot be called. */
export interface KnownFunction {
  name: string;
  forms: string[];
  refused: string | null;
}

export const functions = () =>
  queryOptions({
    queryKey: ["functions"],
    queryFn: async ({ signal }) => {
      const { items } = await client.get<Page<KnownFunction>>("/functions", {}, signal);
      return new Map(items.map((item) => [item.name, item]));
    },
    staleTime: Infinity,
    gcTime: Infinity,
  });

/** A call that a place in a text is inside of. */
export interface Call {
  name: string;
  /** Where its name begins. */
  from: number;
  /** In which argument the place is, from 0. */
  argument: number;
}

/** How far back a call is looked for. */
const FAR = 4_000;
/** Words that stand before a parenthesis and are no function. */
const CLAUSES = /^(?:in|exists|any|all|some|over|and|or|not|as|on|using|values|from|where|select|when|then|else|by|having|union|except|intersect|with|array|row|filter)$/i;

/** The innermost call around a place, outside of texts and comments. */
export function callAt(text: string, place: number): Call | null {
  const start = Math.max(0, place - FAR);
  const code = blanked(text.slice(0, place));
  // In a text or a comment that is still open nothing is called.
  if (/'[^']*$/.test(text.slice(0, place)) && code.at(-1) === " " && text[place - 1] !== " ") return null;
  let depth = 0;
  let argument = 0;
  for (let at = code.length - 1; at >= start; at--) {
    const letter = code[at];
    if (letter === ")" || letter === "]") depth++;
    else if (letter === "[" && depth > 0) depth--;
    else if (letter === "(" && depth > 0) depth--;
    else if (letter === "[") argument = 0;
    else if (letter === ";") return null;
    else if (letter === "," && depth === 0) argument++;
    else if (letter === "(") {
      const before = /([A-Za-z_]\w*)\s*$/.exec(code.slice(start, at));
      const name = before?.[1];
      if (before !== null && name !== undefined && !CLAUSES.test(name)) return { name: name.toLowerCase(), from: start + before.index, argument };
      argument = 0;
    }
  }
  return null;
}

/** The arguments of a signature, and what it gives. */
export function partsOf(form: string): { arguments: string[]; result: string } {
  const [, within = "", result = ""] = /^\((.*)\) → (.*)$/.exec(form) ?? [];
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const letter of within) {
    if (letter === "(") depth++;
    if (letter === ")") depth--;
    if (letter === "," && depth === 0) {
      parts.push(part.trim());
      part = "";
    } else part += letter;
  }
  if (part.trim() !== "") parts.push(part.trim());
  return { arguments: parts, result };
}

/** Those signatures in which there is such an argument, first; then the others. */
export function fittingFirst(forms: string[], argument: number): string[] {
  const fits = (form: string) => {
    const { arguments: parts } = partsOf(form);
    return argument === 0 || parts.length > argument || (parts.at(-1)?.endsWith("...") ?? false);
  };
  return [...forms.filter(fits), ...forms.filter((form) => !fits(form))];
}
