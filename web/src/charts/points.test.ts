import { describe, expect, test } from "vitest";
import { drawn, momentOf, numberOf } from "./points";
import { fitting, specOf, suggest, withSpec, type ChartSpec } from "./spec";

const columns = [
  { name: "product", type: "varchar" },
  { name: "received", type: "date" },
  { name: "complaints", type: "bigint" },
  { name: "share", type: "double" },
];
const rows = [
  ["Loan", "2024-01-03", "10", "0.5"],
  ["Card", "2024-01-01", "30", null],
  [null, "2024-01-02", null, "NaN"],
];
const spec = (kind: ChartSpec["kind"], x: string, ...y: string[]): ChartSpec => ({ kind, x, y });

describe("The address of a chart", () => {
  test("brings kind and columns back, and leaves what else is there", () => {
    const search = withSpec(new URLSearchParams("tab=1&x=old"), spec("bar", "a b", "n", "m&"));
    expect(search.get("tab")).toBe("1");
    expect(specOf(new URLSearchParams(search.toString()))).toEqual(spec("bar", "a b", "n", "m&"));
    expect(withSpec(search, null).toString()).toBe("tab=1");
  });

  test("is none for a kind that there is not", () => {
    expect(specOf(new URLSearchParams("chart=pie&x=a&y=b"))).toBeNull();
  });
});

describe("A suggestion", () => {
  test("draws numbers over time, by name, against each other, or how often they are", () => {
    expect(suggest(columns, rows)).toEqual(spec("line", "received", "complaints"));
    expect(suggest([columns[0]!, columns[2]!], rows)).toEqual(spec("bar", "product", "complaints"));
    expect(suggest(columns.slice(2), rows)).toEqual(spec("scatter", "complaints", "share"));
    expect(suggest(columns.slice(3), rows)).toEqual(spec("histogram", "", "share"));
    expect(suggest([{ name: "lat", type: "double" }, { name: "lon", type: "double" }], rows)).toEqual(spec("map", "lon", "lat"));
  });

  test("is none without a number", () => {
    expect(suggest(columns.slice(0, 2), rows)).toBeNull();
  });
});

describe("A spec", () => {
  test("keeps what fits the columns, and replaces what they do not have", () => {
    expect(fitting(spec("bar", "gone", "share", "share", "product"), columns)).toEqual(spec("bar", "product", "share"));
    expect(fitting(spec("scatter", "product", "share"), columns)).toEqual(spec("scatter", "received", "share"));
    expect(fitting(spec("histogram", "product"), columns)).toEqual(spec("histogram", "", "complaints"));
    expect(fitting(spec("bar", "product", "complaints"), columns.slice(0, 2)).y).toEqual([]);
  });
});

describe("What is drawn", () => {
  test("are bars in the order of the rows, without those that have no value", () => {
    const bars = drawn(spec("bar", "product", "complaints"), columns, rows);
    expect(bars.series[0]!.points.map(({ label, y }) => [label, y])).toEqual([["Loan", 10], ["Card", 30]]);
    expect([bars.rows, bars.without, bars.left]).toEqual([2, 1, 0]);
  });

  test("is a line in the order of time", () => {
    const line = drawn(spec("line", "received", "complaints", "share"), columns, rows);
    expect(line.across).toBe("moments");
    expect(line.series[0]!.points.map(({ label }) => label)).toEqual(["2024-01-01", "2024-01-03"]);
    expect(line.series[1]!.points.map(({ y }) => y)).toEqual([0.5]);
  });

  test("says how many bars were too many", () => {
    const many = Array.from({ length: 100 }, (_, row) => [`p${row}`, "2024-01-01", String(row), null]);
    expect(drawn(spec("bar", "product", "complaints"), columns, many).left).toBe(40);
  });

  test("counts values between round edges, each once", () => {
    const values = Array.from({ length: 100 }, (_, row) => [null, null, String(row), null]);
    const { series } = drawn(spec("histogram", "", "complaints"), columns, values);
    expect(series[0]!.points[0]).toEqual({ label: "0 – 10", x: 0, y: 10 });
    expect(series[0]!.points.reduce((sum, { y }) => sum + y, 0)).toBe(100);
    expect(drawn(spec("histogram", "", "complaints"), columns, [["a", null, "7", null]]).series[0]!.points).toEqual([{ label: "7", x: 0, y: 1 }]);
  });

  test("is nothing where the columns are not there", () => {
    expect(drawn(spec("bar", "gone", "complaints"), columns, rows).series).toEqual([]);
    expect(drawn(spec("histogram", "", "gone"), columns, rows).series).toEqual([]);
  });
});

describe("Cells", () => {
  test("are numbers and moments, or nothing", () => {
    expect([numberOf("1.5"), numberOf("1E3"), numberOf(""), numberOf("NaN"), numberOf("Infinity"), numberOf(null)]).toEqual([1.5, 1000, null, null, null, null]);
    expect(momentOf("2024-02-29")).toBe(Date.UTC(2024, 1, 29));
    expect(momentOf("2024-02-29 12:30:01.5 UTC")).toBe(Date.UTC(2024, 1, 29, 12, 30, 1, 500));
    expect(momentOf("0001-01-01")).toBe(new Date("0001-01-01T00:00:00Z").getTime());
    expect(momentOf("soon")).toBeNull();
  });
});
