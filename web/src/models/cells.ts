import type { Cell } from "../api/types";

/** A version as a query of the reader gives it: a column that is hidden is not there, one that is masked holds anything. */
export type Version = Record<string, Cell>;

/** The JSON of a cell, or `null` where there is none: hidden, masked, or never set. */
function json(cell: Cell | undefined): unknown {
  if (cell === undefined || cell === null) return null;
  try {
    return JSON.parse(cell);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numbers(value: unknown): Record<string, number> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === "number"));
}

/** How good it is, by measure. */
export function metricsOf(version: Version): Record<string, number> {
  return numbers(json(version["metrics"]));
}

/** How good it would be without a model, by what is done instead. */
export function baselinesOf(version: Version): { name: string; metrics: Record<string, number> }[] {
  const all = json(version["baselines"]);
  if (!isObject(all)) return [];
  return Object.entries(all).map(([name, metrics]) => ({ name, metrics: numbers(metrics) }));
}

/** Measures of which less is better. */
const COSTS = new Set(["rmse", "mae", "logLoss", "calibrationError"]);

/** Whether a measure is better than every baseline's; `null` where no baseline has it. */
export function beats(measure: string, value: number, baselines: { metrics: Record<string, number> }[]): boolean | null {
  const others = baselines.map(({ metrics }) => metrics[measure]).filter((other) => other !== undefined);
  if (others.length === 0) return null;
  return others.every((other) => (COSTS.has(measure) ? value < other : value > other));
}

/** Why it is not put to use by itself. */
export function doubtsOf(version: Version): string[] {
  const doubts = json(version["doubts"]);
  return Array.isArray(doubts) ? doubts.map((doubt) => (typeof doubt === "string" ? doubt : JSON.stringify(doubt))) : [];
}

/** What it looks at. */
export function featuresOf(version: Version): { name: string; kind: string }[] {
  const features = json(version["features"]);
  if (!Array.isArray(features)) return [];
  return features.map((feature) => {
    if (!isObject(feature)) return { name: String(feature), kind: "" };
    const named = feature["name"] ?? feature["column"];
    const kind = feature["kind"] ?? feature["type"];
    return { name: typeof named === "string" ? named : JSON.stringify(feature), kind: typeof kind === "string" ? kind.toLowerCase() : "" };
  });
}

/** The tables it was made of, by identity, each with its snapshot. */
export function snapshotsOf(version: Version): { table: string; snapshot: string }[] {
  // Numbers of snapshots are longer than a number of JavaScript is exact.
  const quoted = version["training_snapshots"]?.replace(/:\s*(-?\d{15,})/g, ':"$1"');
  const all = json(quoted);
  return isObject(all) ? Object.entries(all).map(([table, snapshot]) => ({ table, snapshot: String(snapshot) })) : [];
}

export interface Confusion {
  classes: string[];
  /** Rows by what they are, then by what was said. */
  counts: number[][];
}

/** What was taken for what, where the evaluation tells it. */
export function confusionOf(version: Version): Confusion | null {
  return confusionIn(json(version["evaluation"]), 3);
}

function confusionIn(value: unknown, depth: number): Confusion | null {
  if (!isObject(value) && !Array.isArray(value)) return null;
  if (isObject(value)) {
    const { classes, confusion } = value;
    if (Array.isArray(classes) && Array.isArray(confusion) && confusion.every((row) => Array.isArray(row) && row.every((n) => typeof n === "number"))) {
      return { classes: classes.map(String), counts: confusion as number[][] };
    }
  }
  if (depth === 0) return null;
  for (const part of Object.values(value)) {
    const found = confusionIn(part, depth - 1);
    if (found !== null) return found;
  }
  return null;
}
