import { expect, it } from "vitest";
import type { ColumnAccess } from "../api/types";
import { balance, lines, outcome, rowsOf } from "./effects";
import type { Effect } from "./types";

const is = (state: ColumnAccess["state"]): ColumnAccess => ({ state, because: [] });
const effect: Effect = {
  who: [{ profile: "analyst" }, { user: "eve" }],
  table: "shop.customers",
  columns: [
    { name: "ssn", before: is("hidden"), after: is("masked") },
    { name: "name", before: is("visible"), after: is("hidden") },
    { name: "email", before: is("visible"), after: is("masked") },
  ],
  rows: { before: "region = 'US'", after: null },
  voidedFilters: ["customers_us"],
};

it("Columns are sorted by what somebody will notice", () => {
  const { gained, lost, changed } = outcome(effect);
  expect([gained, lost, changed].map((columns) => columns.map(({ name }) => name))).toEqual([["ssn"], ["name"], ["email"]]);
});

it("Columns to which the same happens are one line", () => {
  const masked = { state: "masked", mask: "redact", because: [] } as const;
  const many: Effect = {
    ...effect,
    columns: [
      { name: "a", before: is("visible"), after: is("hidden") },
      { name: "b", before: is("hidden"), after: is("visible") },
      { name: "c", before: is("visible"), after: is("hidden") },
      { name: "d", before: { ...masked, because: [] }, after: is("hidden") },
    ],
  };
  expect(lines(many).map(({ sign, names }) => [sign, ...names])).toEqual([["gain", "b"], ["lose", "a", "c"], ["lose", "d"]]);
});

it("Everybody is counted once, and filters without use are named once", () => {
  expect(balance([effect, { ...effect, table: "shop.orders" }])).toEqual({ gain: 2, lose: 2, other: 2, voided: ["customers_us"] });
  expect(balance([])).toEqual({ gain: 0, lose: 0, other: 0, voided: [] });
});

it("Rows are all, none, or those for which something holds", () => {
  expect(rowsOf(null)).toBeNull();
  expect(rowsOf("FALSE")).toBe(false);
  expect(rowsOf("state = 'CA'")).toBe("state = 'CA'");
});
