import type { ColumnAccess, RequestGrantee } from "../api/types";
import type { Effect } from "./types";

/** What a change does to the columns of one table for somebody, sorted by what they will notice. */
export interface Outcome {
  gained: Effect["columns"];
  lost: Effect["columns"];
  changed: Effect["columns"];
}

export function outcome(effect: Effect): Outcome {
  const hidden = (access: ColumnAccess) => access.state === "hidden";
  return {
    gained: effect.columns.filter(({ before, after }) => hidden(before) && !hidden(after)),
    lost: effect.columns.filter(({ before, after }) => !hidden(before) && hidden(after)),
    changed: effect.columns.filter(({ before, after }) => hidden(before) === hidden(after)),
  };
}

/** Columns to which the same happens, as one line. */
export interface Line {
  sign: "gain" | "lose" | "other";
  names: string[];
  before: ColumnAccess;
  after: ColumnAccess;
}

/** What happens to the columns of one table, a line for each thing that happens: gains, then losses, then the rest. */
export function lines(effect: Effect): Line[] {
  const { gained, lost, changed } = outcome(effect);
  const same = ({ state, mask, where }: ColumnAccess) => JSON.stringify([state, mask ?? null, where ?? null]);
  const found = new Map<string, Line>();
  for (const [sign, columns] of [["gain", gained], ["lose", lost], ["other", changed]] as const) {
    for (const { name, before, after } of columns) {
      const key = [sign, sign === "gain" ? "" : same(before), sign === "lose" ? "" : same(after)].join(" ");
      const line = found.get(key);
      if (line === undefined) found.set(key, { sign, names: [name], before, after });
      else line.names.push(name);
    }
  }
  return [...found.values()];
}

/** The whole change in three numbers: of how many somebodies it gives, takes, or shows otherwise. */
export function balance(effects: Effect[]) {
  const people = (which: (effect: Effect) => boolean) =>
    new Set(effects.filter(which).flatMap((effect) => effect.who.map(nameOf))).size;
  return {
    gain: people((effect) => outcome(effect).gained.length > 0),
    lose: people((effect) => outcome(effect).lost.length > 0),
    other: people((effect) => outcome(effect).changed.length > 0 || (effect.rows ?? null) !== null),
    voided: [...new Set(effects.flatMap((effect) => effect.voidedFilters))].sort(),
  };
}

export function nameOf({ user, profile }: RequestGrantee): string {
  return user ? `user ${user}` : `profile ${profile ?? ""}`;
}

/** `null`: every row; `false`: none; else the rows for which the text holds. */
export function rowsOf(text: string | null | undefined): string | null | false {
  const rows = text?.trim() ?? "";
  if (rows === "") return null;
  return /^false$/i.test(rows) ? false : rows;
}
