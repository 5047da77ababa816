import { describe, expect, it } from "vitest";
import { referencesIn, typedPath } from "./references";

describe("The tables of a text", () => {
  it("are those after FROM and JOIN, with their aliases", () => {
    expect(referencesIn('SELECT * FROM lake.Sales.orders AS o JOIN "odd name"."T" x ON o.id = x.id')).toEqual([
      { database: "sales", table: "orders", alias: "o" },
      { database: "odd name", table: "T", alias: "x" },
    ]);
  });

  it("do not take the next keyword for an alias", () => {
    expect(referencesIn("SELECT 1 FROM a.b WHERE c")).toEqual([{ database: "a", table: "b", alias: null }]);
  });

  it("are not found in comments and quoted texts", () => {
    expect(referencesIn("SELECT 'FROM x.y' -- FROM p.q")).toEqual([]);
  });
});

describe("What is being typed", () => {
  it("is a path and a word", () => {
    expect(typedPath("SELECT o.pri")).toEqual({ path: ["o"], word: "pri" });
    expect(typedPath('FROM lake."Odd.Name".')).toEqual({ path: ["lake", "Odd.Name"], word: "" });
    expect(typedPath("SELECT ")).toEqual({ path: [], word: "" });
  });
});
