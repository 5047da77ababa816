import { describe, expect, it } from "vitest";
import { blanked, findFragment, fragmentToRun, rangeOf } from "./statement";

const caret = (at: number) => ({ from: at, to: at });

describe("What is run", () => {
  const text = "SELECT 1;\n\nSELECT ';' AS semicolon -- not; here\nFROM t;\nSELECT 3";

  it("is the selection, where there is one", () => {
    expect(fragmentToRun("SELECT 1 + 2", { from: 7, to: 8 })).toEqual({ sql: "1", from: 7 });
  });

  it("is the statement around the caret", () => {
    expect(fragmentToRun(text, caret(3))).toEqual({ sql: "SELECT 1", from: 0 });
    expect(fragmentToRun(text, caret(text.indexOf("FROM")))?.sql).toBe("SELECT ';' AS semicolon -- not; here\nFROM t");
    expect(fragmentToRun(text, caret(text.length))).toEqual({ sql: "SELECT 3", from: text.indexOf("SELECT 3") });
  });

  it("is the last statement when the caret stands in the space after it", () => {
    expect(fragmentToRun("SELECT 1;\n\n", caret(11))).toEqual({ sql: "SELECT 1", from: 0 });
  });

  it("is nothing in a text of nothing but space and comments", () => {
    expect(fragmentToRun(" -- later\n;", caret(0))).toBeNull();
  });

  it("leaves out the semicolon of a selection", () => {
    expect(fragmentToRun("SELECT 1; ", { from: 0, to: 10 })).toEqual({ sql: "SELECT 1", from: 0 });
  });
});

describe("Blanking", () => {
  it("keeps every position and line", () => {
    const text = "a 'it''s; b' /* ;\n; */ -- ;\nc";
    expect(blanked(text)).toHaveLength(text.length);
    expect(blanked(text)).not.toContain(";");
    expect(blanked(text).split("\n")).toHaveLength(3);
  });
});

describe("The place of an error", () => {
  const text = "SELECT 1;\nSELECT a,\n  nope\nFROM t";
  const fragment = { sql: "SELECT a,\n  nope\nFROM t", from: 10 };
  const at = (line: number | null, column: number | null) => {
    const range = rangeOf(text, fragment, line, column);
    return range && text.slice(range.from, range.to);
  };

  it("is counted from the beginning of the statement that was sent", () => {
    expect(at(2, 3)).toBe("nope");
    expect(at(1, 8)).toBe("a");
  });

  it("past the end of a line is what stands before it", () => {
    expect(at(1, 99)).toBe("a,");
  });

  it("is the first word of a line without a column", () => {
    expect(at(3, null)).toBe("FROM");
  });

  it("is nowhere without a line, or once the statement was edited", () => {
    expect(at(null, null)).toBeNull();
    expect(rangeOf("SELECT b", fragment, 1, 1)).toBeNull();
  });
});

describe("A statement that ran before", () => {
  it("is found where it stands now", () => {
    expect(findFragment("-- new first line\nSELECT 1", "SELECT 1")).toEqual({ sql: "SELECT 1", from: 18 });
    expect(findFragment("SELECT 2", "SELECT 1")).toBeNull();
  });
});
