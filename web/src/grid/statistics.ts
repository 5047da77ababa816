import type { Cell } from "../api/types";
import { isNumeric } from "./columns";

/** What the loaded rows say about one column. */
export interface ColumnStatistics {
  rows: number;
  nulls: number;
  /** How many values differ; null where there are more than are counted. */
  distinct: number | null;
  min: string | null;
  max: string | null;
  mean: number | null;
  top: { value: string; count: number }[];
}

export const MOST_DISTINCT = 100_000;
const TOP = 10;
const AT_ONCE = 20_000;

/** Less than zero where the first comes first; numbers by their value, however long they are. */
export function comparing(type: string): (one: string, other: string) => number {
  if (!isNumeric(type)) return (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  return (one, other) => {
    const difference = Number(one) - Number(other);
    if (difference !== 0) return difference;
    if (!/^-?\d+$/.test(one) || !/^-?\d+$/.test(other)) return 0;
    const exact = BigInt(one) - BigInt(other);
    return exact < 0n ? -1 : exact > 0n ? 1 : 0;
  };
}

/** Reads the column some thousand rows at a time, so that the page stays fluid; stops when nobody waits for it any more. */
export async function statisticsOf(rows: Cell[][], column: number, type: string, signal: AbortSignal): Promise<ColumnStatistics> {
  const numeric = isNumeric(type);
  const compare = comparing(type);
  const counts = new Map<string, number>();
  const total = rows.length;
  let [nulls, sum, summed] = [0, 0, 0];
  let [min, max]: [string | null, string | null] = [null, null];
  let countable = true;
  for (let from = 0; from < total; from += AT_ONCE) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    for (let at = from; at < Math.min(total, from + AT_ONCE); at++) {
      const cell = rows[at]?.[column] ?? null;
      if (cell === null) {
        nulls++;
        continue;
      }
      const value = numeric ? Number(cell) : 0;
      // What is not a number has no place in an order of numbers.
      if (!Number.isNaN(value)) {
        if (min === null || compare(cell, min) < 0) min = cell;
        if (max === null || compare(cell, max) > 0) max = cell;
      }
      if (numeric && Number.isFinite(value)) {
        sum += value;
        summed++;
      }
      if (!countable) continue;
      const count = counts.get(cell);
      if (count === undefined && counts.size >= MOST_DISTINCT) {
        countable = false;
        counts.clear();
      } else counts.set(cell, (count ?? 0) + 1);
    }
  }
  return {
    rows: total,
    nulls,
    distinct: countable ? counts.size : null,
    min,
    max,
    mean: summed === 0 ? null : sum / summed,
    top: [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
      .slice(0, TOP),
  };
}
