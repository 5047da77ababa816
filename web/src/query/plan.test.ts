import { describe, expect, it } from "vitest";
import { above, explained, explaining, mayBePlan, planOf, readingOf } from "./plan";

const scan = { id: "1", name: "TableScan", descriptor: { table: "lake:a.b" }, outputs: [], details: ["x := visible", "rows: all"], estimates: [], children: [] };
const output = { id: "0", name: "Output", descriptor: { columnNames: "[x]" }, outputs: [], details: [], estimates: [{ outputSizeInBytes: "NaN", inputSizeInBytes: 1234 }], children: [scan] };
const lines = (value: unknown) => JSON.stringify(value, null, 2).split("\n").map((line) => [line]);

describe("A plan", () => {
  it("is read from the lines of an answer, logical or distributed", () => {
    const plan = { root: { name: "Output", with: [["columnNames", "[x]"]], details: [], children: [{ name: "TableScan", with: [["table", "lake:a.b"]], details: ["x := visible", "rows: all"], children: [] }] }, bytes: 1234 };
    expect(planOf(lines(output))).toEqual(plan);
    expect(planOf(lines({ "0": output }))).toEqual(plan);
  });

  it("is nothing where the lines say something else", () => {
    expect(planOf([["Fragment 0 [SINGLE]"]])).toBeNull();
    expect(planOf([["{"]])).toBeNull();
    expect(planOf(lines({ inputTableColumnInfos: [] }))).toBeNull();
    expect(planOf([])).toBeNull();
  });

  it("is asked for on a line of its own", () => {
    const sql = explaining("SELECT 1");
    expect(sql.split("\n")).toEqual(["EXPLAIN (TYPE LOGICAL, FORMAT JSON)", "SELECT 1"]);
    expect(explained(sql)).toEqual({ sql: "SELECT 1", lines: 1 });
    expect(explaining("explain select 1")).toBe("explain select 1");
    expect(explained("SELECT 1")).toEqual({ sql: "SELECT 1", lines: 0 });
    expect(mayBePlan(sql, [{ name: "Query Plan", type: "varchar" }])).toBe(true);
    expect(mayBePlan("SELECT 1", [{ name: "Query Plan", type: "varchar" }])).toBe(false);
  });

  it("leaves the place of an error where the text has it", () => {
    const error = { code: "X", message: "line 3:5: Column 'a' cannot be resolved", line: 3, column: 5 };
    expect(above(error, 1)).toEqual({ ...error, line: 2, message: "line 2:5: Column 'a' cannot be resolved" });
    expect(above(error, 0)).toBe(error);
    expect(above({ ...error, line: null }, 1)?.line).toBeNull();
  });

  it("says of a table which columns are shown how, and which rows", () => {
    expect(readingOf(["a := visible", "b := masked as hash", "rows: region = 'US'", "conditions evaluated while reading: 2"])).toEqual({
      visible: ["a"],
      guarded: [{ column: "b", how: "masked as hash" }],
      rows: "region = 'US'",
      others: ["conditions evaluated while reading: 2"],
    });
    expect(readingOf(["rows: all"]).rows).toBeNull();
  });
});
