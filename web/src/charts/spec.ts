import type { Cell, ResultColumn } from "../api/types";
import { isNumeric } from "../grid/columns";

export const KINDS = ["bar", "line", "scatter", "histogram", "map"] as const;
export type ChartKind = (typeof KINDS)[number];

/**
 * Which columns are drawn, and how. `x` are the names below bars and lines, the first of two numbers, or the longitude of a
 * map; a histogram has none.
 */
export interface ChartSpec {
  kind: ChartKind;
  x: string;
  y: string[];
}

/** How many columns may be drawn beside each other. */
export const MOST_SERIES = 6;

/** Whether the values have an order in time. */
export function isTemporal(type: string): boolean {
  return /^(date|timestamp)/i.test(type);
}

/** The spec in an address, or `null` when there is none. */
export function specOf(search: URLSearchParams): ChartSpec | null {
  const kind = KINDS.find((one) => one === search.get("chart"));
  if (kind === undefined) return null;
  return { kind, x: search.get("x") ?? "", y: search.getAll("y").slice(0, MOST_SERIES) };
}

/** An address's parameters with a spec in them, or without one. */
export function withSpec(search: URLSearchParams, spec: ChartSpec | null): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of ["chart", "x", "y"]) next.delete(name);
  if (spec !== null) {
    next.set("chart", spec.kind);
    if (spec.x !== "") next.set("x", spec.x);
    for (const name of spec.y) next.append("y", name);
  }
  return next;
}

/** What fits the columns of a result at first sight; `null` where there is no number to draw. */
export function suggest(columns: ResultColumn[], rows: Cell[][]): ChartSpec | null {
  const numbers = columns.filter((column) => isNumeric(column.type));
  const lon = columns.find(({ name, type }) => isNumeric(type) && /^(lon|lng|longitude)$/i.test(name));
  const lat = columns.find(({ name, type }) => isNumeric(type) && /^(lat|latitude)$/i.test(name));
  if (lon !== undefined && lat !== undefined) return { kind: "map", x: lon.name, y: [lat.name] };
  const time = columns.find((column) => isTemporal(column.type));
  const label = columns.find((column) => !isNumeric(column.type) && !isTemporal(column.type));
  const [first, second] = numbers;
  if (first === undefined) return null;
  if (time !== undefined && rows.length > 1) return { kind: "line", x: time.name, y: [first.name] };
  if (label !== undefined) return { kind: "bar", x: label.name, y: [first.name] };
  if (second !== undefined) return { kind: "scatter", x: first.name, y: [second.name] };
  return { kind: "histogram", x: "", y: [first.name] };
}

/** Columns that may stand in a place of a chart. */
export function choices(kind: ChartKind, place: "x" | "y", columns: ResultColumn[]): ResultColumn[] {
  if (place === "y" || kind === "map") return columns.filter((column) => isNumeric(column.type));
  if (kind === "scatter") return columns.filter((column) => isNumeric(column.type) || isTemporal(column.type));
  return columns;
}

/** The spec as it can be drawn from these columns: what they do not have is replaced by the first that fits. */
export function fitting(spec: ChartSpec, columns: ResultColumn[]): ChartSpec {
  const fits = (place: "x" | "y", name: string) => choices(spec.kind, place, columns).some((column) => column.name === name);
  const first = (place: "x" | "y", but: string) =>
    choices(spec.kind, place, columns).find((column) => column.name !== but)?.name ?? choices(spec.kind, place, columns)[0]?.name ?? "";
  const x = spec.kind === "histogram" ? "" : fits("x", spec.x) ? spec.x : first("x", spec.y[0] ?? "");
  const kept = [...new Set(spec.y)].filter((name) => fits("y", name)).slice(0, takesSeveral(spec.kind) ? MOST_SERIES : 1);
  const fallback = first("y", x);
  return { kind: spec.kind, x, y: kept.length > 0 ? kept : fallback === "" ? [] : [fallback] };
}

/** Whether several columns can be drawn in one chart of this kind. */
export function takesSeveral(kind: ChartKind): boolean {
  return kind === "bar" || kind === "line";
}
