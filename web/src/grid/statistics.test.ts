import { describe, expect, it } from "vitest";
import { MOST_DISTINCT, statisticsOf } from "./statistics";

const never = new AbortController().signal;

describe("The statistics of a column", () => {
  it("count values, and what is missing", async () => {
    const rows = ["b", null, "a", "b", ""].map((cell) => [null, cell]);
    expect(await statisticsOf(rows, 1, "varchar", never)).toEqual({
      rows: 5,
      nulls: 1,
      distinct: 3,
      min: "",
      max: "b",
      mean: null,
      top: [{ value: "b", count: 2 }, { value: "", count: 1 }, { value: "a", count: 1 }],
    });
  });

  it("order numbers by their value, however long they are", async () => {
    const numbers = await statisticsOf([["9"], ["10"], ["-1"], ["NaN"]], 0, "double", never);
    expect(numbers).toMatchObject({ min: "-1", max: "10", mean: 6 });
    const long = await statisticsOf([["9007199254740993"], ["9007199254740992"]], 0, "bigint", never);
    expect(long).toMatchObject({ min: "9007199254740992", max: "9007199254740993" });
  });

  it("read many rows piece by piece, and say when values are too many to count", async () => {
    const rows = Array.from({ length: MOST_DISTINCT + 50_000 }, (_, i) => [String(i)]);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const found = await statisticsOf(rows, 0, "bigint", never);
    clearInterval(timer);
    expect(found).toMatchObject({ rows: rows.length, distinct: null, top: [], max: String(rows.length - 1) });
    expect(turns).toBeGreaterThan(0);
  });

  it("stop when nobody waits for them", async () => {
    const given = new AbortController();
    given.abort();
    await expect(statisticsOf([["1"]], 0, "bigint", given.signal)).rejects.toThrow();
  });

  it("of nothing are nothing", async () => {
    expect(await statisticsOf([], 0, "bigint", never)).toMatchObject({ rows: 0, distinct: 0, min: null, max: null, mean: null, top: [] });
  });
});
