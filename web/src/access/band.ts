import type { ColumnCounts, ColumnState, Dataset, ListedAccess, TableAccess } from "../api/types";
import type { MessageKey, Values } from "../i18n/translate";

/** What a reader is being shown of one table. */
export interface Shown extends ColumnCounts {
  select: boolean;
  /** `null`: every row; a text: the rows for which it holds; `true`: some rows, not said here which. */
  rows: string | true | null;
}

/** A piece of the sentence of the access band. */
export interface Phrase {
  key: MessageKey;
  values: Values;
}

export function shownOfItem(access: ListedAccess): Shown {
  return { ...countsOf(access), select: access.select, rows: access.rowFilter ? true : null };
}

export function shownOfDataset(dataset: Dataset): Shown {
  const { summary, select, rows } = dataset.access;
  return { ...countsOf(summary), select, rows: predicate(rows) };
}

export function shownOfTable(table: TableAccess): Shown {
  return { ...countsOf(table), select: true, rows: predicate(table.rows) };
}

function countsOf({ visible, masked, conditional, hidden }: ColumnCounts): ColumnCounts {
  return { visible, masked, conditional, hidden };
}

/** Words for "no filter" are no filter. */
function predicate(rows: string | null | undefined): string | null {
  const text = rows?.trim() ?? "";
  return /^(|all|all rows|true)$/i.test(text) ? null : text;
}

export function total(shown: ColumnCounts): number {
  return shown.visible + shown.masked + shown.conditional + shown.hidden;
}

/** The sentence, in the order: rows, columns, masked, conditional, filter. */
export function phrases(shown: Shown): Phrase[] {
  const all = total(shown);
  const readable = all - shown.hidden;
  if (!shown.select) return [{ key: "band.none", values: {} }, { key: "band.names", values: { n: all } }];
  const words: Phrase[] = [];
  if (shown.rows === null) words.push({ key: "band.allRows", values: {} });
  words.push(
    readable === all
      ? { key: "band.allColumns", values: { n: all } }
      : { key: "band.someColumns", values: { readable, n: all } },
  );
  if (shown.masked > 0) words.push({ key: "band.masked", values: { n: shown.masked } });
  if (shown.conditional > 0) words.push({ key: "band.conditional", values: { n: shown.conditional } });
  if (shown.rows === true) words.push({ key: "band.filtered", values: {} });
  if (typeof shown.rows === "string") words.push({ key: "band.filteredTo", values: { rows: shown.rows } });
  return words;
}

/** The columns as stretches of one state, the order of the band's drawing. */
export function stretches(shown: ColumnCounts): { state: ColumnState; share: number }[] {
  const all = total(shown);
  const states: ColumnState[] = ["visible", "conditional", "masked", "hidden"];
  return all === 0
    ? []
    : states.filter((state) => shown[state] > 0).map((state) => ({ state, share: shown[state] / all }));
}
