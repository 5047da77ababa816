import { describe, expect, it } from "vitest";
import { functionOptions } from "./function-completion";

describe("Functions that are offered", () => {
  const known = [
    { name: "lag", forms: ["(T) → T", "(T, bigint) → T"], refused: null },
    { name: "transform", forms: [], refused: null },
    { name: "bing_tile", forms: [], refused: "has no counterpart in the engine" },
  ];

  it("are those that may be called, with what they take", () => {
    expect(functionOptions(known, "a syntax of its own").map(({ label, detail }) => [label, detail])).toEqual([
      ["lag", "(T) → T"],
      ["transform", "a syntax of its own"],
    ]);
  });
});
