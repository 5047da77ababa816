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
