import { describe, expect, it } from "vitest";
import { kindOf, literalOf, placeholdersIn } from "./parameters";

describe("Places for values", () => {
  it("are question marks outside of texts, comments and names", () => {
    expect(placeholdersIn("SELECT '?', \"a?\" -- ?\nFROM t WHERE b = ? /* ? */ AND \"c d\" >= ? LIMIT ?").map(({ name }) => name)).toEqual(["b", "c d", "limit"]);
    expect(placeholdersIn("SELECT f(?)")).toEqual([{ at: 9, name: null }]);
    expect(placeholdersIn("SELECT 1")).toEqual([]);
  });
});

describe("A value", () => {
  it("is what it is written as", () => {
    expect(["1", "-2.5", "1e3", "true", "NULL", "2026-01-31", "2026-01-31 10:00", "'01'", "DATE '2026-01-31'", "01", "O'Hara", "a"].map(kindOf)).toEqual([
      "number", "number", "number", "truth", "null", "date", "timestamp", "literal", "literal", "text", "text", "text",
    ]);
  });

  it("is sent as a literal that cannot be more than one", () => {
    expect(literalOf(" 42 ")).toBe("42");
    expect(literalOf("O'Hara")).toBe("'O''Hara'");
    expect(literalOf("1; DROP TABLE t")).toBe("'1; DROP TABLE t'");
    expect(literalOf("'a' OR 'b'")).toBe("'''a'' OR ''b'''");
    expect(literalOf("2026-01-31")).toBe("DATE '2026-01-31'");
    expect(literalOf("2026-01-31T10:00:00")).toBe("TIMESTAMP '2026-01-31 10:00:00'");
    expect(literalOf("INTERVAL '1' DAY")).toBe("INTERVAL '1' DAY");
  });
});
