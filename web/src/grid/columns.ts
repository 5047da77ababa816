import type { Cell, ResultColumn } from "../api/types";

// Digits are the widest of what is common; two of them more than fit by the pixel are cut to dots.
const CHARACTER = 7.5;
const PADDING = 22;
const NARROWEST = 64;
const WIDEST = 360;

/** Widths in pixels that show most values whole, from the names, the types and the first rows. */
export function columnWidths(columns: ResultColumn[], rows: Cell[][]): number[] {
  const sampled = rows.slice(0, 100);
  return columns.map((column, index) => {
    const lengths = sampled.map((row) => row[index]?.length ?? 4).sort((a, b) => a - b);
    const usual = lengths[Math.floor((lengths.length - 1) * 0.9)] ?? 0;
    const needed = Math.max(column.name.length, Math.min(column.type.length, 16), usual);
    return Math.round(Math.min(WIDEST, Math.max(NARROWEST, needed * CHARACTER + PADDING)));
  });
}

/** Whether values of an SQL type are written to the right, so that their digits line up. */
export function isNumeric(type: string): boolean {
  return /^(tinyint|smallint|int|integer|bigint|long|real|float|double|decimal)/i.test(type);
}

/** A row as tab-separated text, the way spreadsheets take it from the clipboard. */
export function tabSeparated(cells: Cell[]): string {
  return cells.map((cell) => (cell ?? "").replace(/[\t\r\n]+/g, " ")).join("\t");
}
