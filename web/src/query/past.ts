import type { Execution } from "../api/types";

/** Which of one's own queries are looked for: with all of some words, in one state. */
export interface PastSearch {
  words: string;
  state: "" | "SUCCEEDED" | "FAILED" | "CANCELLED" | "RUNNING";
}

/** How many of the latest are looked through. */
export const MOST_SEARCHED = 1_000;

export function fits({ sql, state, error }: Execution, search: PastSearch): boolean {
  if (search.state !== "" && state !== search.state && !(search.state === "RUNNING" && state === "QUEUED")) return false;
  const text = `${sql} ${error?.message ?? ""}`.toLowerCase();
  return search.words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
