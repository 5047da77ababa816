import { describe, expect, it } from "vitest";
import { queryPath, sqlOf } from "./address";
import { qualifiedName } from "./names";

describe("The address of a query", () => {
  it("gives its text back", () => {
    const sql = "SELECT '100 % #1 ñ'\nFROM \"a b\".t -- ✓";
    const path = queryPath("0193-a", sql);
    expect(path.startsWith("/query/0193-a#sql=")).toBe(true);
    expect(sqlOf(path.slice(path.indexOf("#")))).toBe(sql);
  });

  it("has no text when there is none, or a broken one", () => {
    expect(queryPath(null, "")).toBe("/query");
    expect(sqlOf("#other")).toBeNull();
    expect(sqlOf("#sql=%E0%A4%A")).toBeNull();
  });
});

describe("A name in SQL", () => {
  it("is quoted where the grammar needs it", () => {
    expect(qualifiedName("complaints_raw", "files")).toBe("complaints_raw.files");
    expect(qualifiedName("table", 'Odd "one"')).toBe('"table"."Odd ""one"""');
  });
});
