import { describe, expect, it } from "vitest";
import { columnWidths, isNumeric, tabSeparated } from "./columns";

describe("Column widths", () => {
  it("follow the usual value and the name, within bounds", () => {
    const rows = Array.from({ length: 50 }, () => ["1", "x".repeat(400), null]);
    const columns = [
      { name: "id", type: "bigint" },
      { name: "text", type: "varchar" },
      { name: "a_rather_long_name", type: "date" },
    ];
    const [id = 0, text = 0, named = 0] = columnWidths(columns, rows);
    expect(id).toBe(67);
    expect(text).toBe(360);
    expect(named).toBeGreaterThan(140);
  });
});

describe("Cells", () => {
  it("of numeric types stand to the right", () => {
    expect(["bigint", "decimal(10,2)", "double"].every(isNumeric)).toBe(true);
    expect(["varchar", "date", "array(bigint)"].some(isNumeric)).toBe(false);
  });

  it("are copied so that a spreadsheet keeps them apart", () => {
    expect(tabSeparated(["a\tb", null, "c\nd"])).toBe("a b\t\tc d");
  });
});
