import type { Cell, QueryError, ResultColumn } from "../api/types";

/** A step of a plan, after those whose rows it takes. */
export interface PlanStep {
  name: string;
  /** What it does it with, as name and value. */
  with: [string, string][];
  details: string[];
  children: PlanStep[];
}

export interface Plan {
  root: PlanStep;
  /** What a run would read. */
  bytes: number | null;
}

/** What makes a statement tell its plan; on a line of its own, so that columns of errors stay true. */
const EXPLAIN = "EXPLAIN (TYPE LOGICAL, FORMAT JSON)\n";

/** The statement that asks for the plan of another. */
export function explaining(sql: string): string {
  return /^\s*explain\b/i.test(sql) ? sql : EXPLAIN + sql;
}

/** What a statement was before it was asked to be explained, and how many lines were put before it. */
export function explained(sql: string): { sql: string; lines: number } {
  return sql.startsWith(EXPLAIN) ? { sql: sql.slice(EXPLAIN.length), lines: 1 } : { sql, lines: 0 };
}

/** An error with its place in the text as it was before lines were put above it. */
export function above(error: QueryError | null, lines: number): QueryError | null {
  if (error === null || error.line === null || lines === 0) return error;
  const line = Math.max(1, error.line - lines);
  return { ...error, line, message: error.message.replace(/^(\p{L}+) \d+:/u, `$1 ${line}:`) };
}

/** Whether a result may be a plan that can be drawn, by its statement and columns. */
export function mayBePlan(sql: string, columns: ResultColumn[]): boolean {
  return /^\s*explain\b/i.test(sql) && columns.length === 1 && columns[0]?.name === "Query Plan";
}

/** The plan that the lines of a result say, or `null` where they say something else. */
export function planOf(rows: Cell[][]): Plan | null {
  const first = rows[0]?.[0]?.trim();
  if (first === undefined || !first.startsWith("{")) return null;
  let told: unknown;
  try {
    told = JSON.parse(rows.map(([line]) => line ?? "").join("\n"));
  } catch {
    return null;
  }
  // A distributed plan has fragments by number, of which there is one.
  const root = isRecord(told) && !("name" in told) ? told["0"] : told;
  const step = stepOf(root);
  if (step === null) return null;
  const estimate = isRecord(root) && Array.isArray(root["estimates"]) ? (root["estimates"][0] as unknown) : undefined;
  const bytes = isRecord(estimate) ? Number(estimate["inputSizeInBytes"]) : Number.NaN;
  return { root: step, bytes: Number.isFinite(bytes) ? bytes : null };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stepOf(value: unknown): PlanStep | null {
  if (!isRecord(value) || typeof value["name"] !== "string") return null;
  const list = (key: string): unknown[] => (Array.isArray(value[key]) ? value[key] : []);
  return {
    name: value["name"],
    with: isRecord(value["descriptor"]) ? Object.entries(value["descriptor"]).map(([key, text]): [string, string] => [key, String(text)]) : [],
    details: list("details").filter((detail) => typeof detail === "string"),
    children: list("children").flatMap((child) => stepOf(child) ?? []),
  };
}

/** What a table is to who asks, of the details of the step that reads it. */
export interface Reading {
  visible: string[];
  /** Columns that are masked or shown in some rows only, and how. */
  guarded: { column: string; how: string }[];
  /** The filter of its rows; null where all are let through. */
  rows: string | null;
  others: string[];
}

export function readingOf(details: string[]): Reading {
  const reading: Reading = { visible: [], guarded: [], rows: null, others: [] };
  for (const detail of details) {
    const column = /^(.+?) := (.*)$/.exec(detail);
    if (column !== null) {
      const [, name = "", how = ""] = column;
      if (how === "visible") reading.visible.push(name);
      else reading.guarded.push({ column: name, how });
    } else if (detail.startsWith("rows: ")) reading.rows = detail === "rows: all" ? null : detail.slice("rows: ".length);
    else reading.others.push(detail);
  }
  return reading;
}
