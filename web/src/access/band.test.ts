import { describe, expect, it } from "vitest";
import { phrases, shownOfItem, shownOfTable, stretches } from "./band";

const counts = { visible: 12, masked: 2, conditional: 0, hidden: 3 };
const keys = (shown: Parameters<typeof phrases>[0]) => phrases(shown).map(({ key }) => key);

describe("The access band", () => {
  it("says rows, columns, masks and filter in that order", () => {
    expect(phrases({ ...counts, select: true, rows: "region = 'US'" })).toEqual([
      { key: "band.someColumns", values: { readable: 14, n: 17 } },
      { key: "band.masked", values: { n: 2 } },
      { key: "band.filteredTo", values: { rows: "region = 'US'" } },
    ]);
  });

  it("says all rows and all columns when nothing is kept back", () => {
    expect(keys({ visible: 5, masked: 0, conditional: 0, hidden: 0, select: true, rows: null })).toEqual([
      "band.allRows",
      "band.allColumns",
    ]);
  });

  it("promises nothing without SELECT", () => {
    expect(keys({ ...counts, select: false, rows: null })).toEqual(["band.none", "band.names"]);
  });

  it("knows of a list only that rows are filtered", () => {
    expect(keys(shownOfItem({ ...counts, columns: 17, rowFilter: true, select: true }))).toContain("band.filtered");
  });

  it("takes words for everything as no filter", () => {
    expect(shownOfTable({ ...counts, table: "a.b", rows: "all rows", because: [] }).rows).toBeNull();
  });

  it("draws only states that occur, to scale", () => {
    expect(stretches({ visible: 1, masked: 3, conditional: 0, hidden: 0 })).toEqual([
      { state: "visible", share: 0.25 },
      { state: "masked", share: 0.75 },
    ]);
  });
});
