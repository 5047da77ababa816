import type { Cell, ResultColumn } from "../api/types";
import { isNumeric } from "../grid/columns";
import { isTemporal, type ChartKind, type ChartSpec } from "./spec";

/** How many bars, and how many points, can be told apart. */
const BARS = 60;
const POINTS = 5_000;
const BINS = 30;

/** Where a point is across: a text, or a number; of moments milliseconds since 1970. */
export interface Point {
  label: string;
  x: number;
  y: number;
}

export interface Series {
  name: string;
  points: Point[];
}

/** What a chart draws. */
export interface Drawn {
  kind: ChartKind;
  across: "names" | "numbers" | "moments";
  acrossName: string;
  series: Series[];
  /** Rows that are drawn. */
  rows: number;
  /** Rows without a value for it. */
  without: number;
  /** Rows that would be too many to tell apart. */
  left: number;
}

/** What the rows are as a chart; no series where the columns are not there. */
export function drawn(spec: ChartSpec, columns: ResultColumn[], rows: Cell[][]): Drawn {
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const ys = spec.y.map((name) => ({ name, index: at(name) })).filter(({ index }) => index >= 0);
  if (spec.kind === "histogram") return histogram(ys[0], rows);
  const x = at(spec.x);
  const type = columns[x]?.type ?? "";
  const across = spec.kind === "bar" ? "names" : isNumeric(type) ? "numbers" : isTemporal(type) ? "moments" : "names";
  const empty: Drawn = { kind: spec.kind, across, acrossName: spec.x, series: [], rows: 0, without: 0, left: 0 };
  if (x < 0 || ys.length === 0) return empty;
  const place = (cell: Cell, row: number) =>
    across === "names" ? row : cell === null ? null : across === "numbers" ? numberOf(cell) : momentOf(cell);
  const series = ys.map(({ name }): Series => ({ name, points: [] }));
  const most = spec.kind === "bar" ? BARS : POINTS;
  let taken = 0;
  let without = 0;
  for (const row of rows) {
    if (taken >= most) break;
    const label = row[x] ?? null;
    const across = place(label, taken);
    const values = ys.map(({ index }) => numberOf(row[index] ?? null));
    if (across === null || values.every((value) => value === null)) {
      without++;
      continue;
    }
    values.forEach((value, index) => {
      if (value !== null) series[index]?.points.push({ label: label ?? "∅", x: across, y: value });
    });
    taken++;
  }
  if (spec.kind === "line" && across !== "names") for (const { points } of series) points.sort((a, b) => a.x - b.x);
  return { ...empty, series, rows: taken, without, left: rows.length - taken - without };
}

function histogram(y: { name: string; index: number } | undefined, rows: Cell[][]): Drawn {
  const empty: Drawn = { kind: "histogram", across: "names", acrossName: y?.name ?? "", series: [], rows: 0, without: 0, left: 0 };
  if (y === undefined) return empty;
  const values = rows.map((row) => numberOf(row[y.index] ?? null)).filter((value) => value !== null);
  const without = rows.length - values.length;
  if (values.length === 0) return { ...empty, without };
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const width = roundedStep((most - least) / Math.min(BINS, Math.max(1, Math.ceil(Math.sqrt(values.length)))));
  const start = width === 0 ? least : Math.floor(least / width) * width;
  const bins = width === 0 ? 1 : Math.floor((most - start) / width) + 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = width === 0 ? 0 : Math.min(bins - 1, Math.floor((value - start) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const edge = (bin: number) => tidy(start + bin * width);
  const points = counts.map((count, bin) => ({
    label: width === 0 ? edge(0) : `${edge(bin)} – ${edge(bin + 1)}`,
    x: bin,
    y: count,
  }));
  return { ...empty, series: [{ name: y.name, points }], rows: values.length, without };
}

/** The least of 1, 2 or 5 times a power of ten that is not below: so edges are numbers that one would write. */
function roundedStep(step: number): number {
  if (step <= 0 || !Number.isFinite(step)) return 0;
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5, 10].find((factor) => factor * power >= step * 0.999999) ?? 10) * power;
}

function tidy(value: number): string {
  return String(Number(value.toPrecision(10)));
}

/** A cell as a number; infinities and NaN have no place in a chart. */
export function numberOf(cell: Cell): number | null {
  if (cell === null || cell.trim() === "") return null;
  const value = Number(cell);
  return Number.isFinite(value) ? value : null;
}

const MOMENT = /^(-?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?)?/;

/** A date or timestamp as the service writes it, in milliseconds since 1970, by the clock it is written in. */
export function momentOf(cell: Cell): number | null {
  const parts = cell === null ? null : MOMENT.exec(cell);
  if (parts === null) return null;
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = ""] = parts;
  const moment = Date.UTC(0, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, "0") || 0));
  return new Date(moment).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
}
