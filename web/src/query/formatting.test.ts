import { describe, expect, it } from "vitest";
import { formatted, tokensOf } from "./formatting";

describe("A text that is laid out", () => {
  it("has a line for each part, and says the same", async () => {
    expect(await formatted("select a, count(*) n from x.t where b = 'it''s' and c > ? group by 1 limit ?")).toBe(
      "select\n  a,\n  count(*) n\nfrom\n  x.t\nwhere\n  b = 'it''s'\n  and c > ?\ngroup by\n  1\nlimit\n  ?",
    );
  });

  it("stays the same when it is laid out again", async () => {
    for (const sql of [
      "SELECT 1; -- one\nSELECT 2 /* two */",
      "WITH x AS (SELECT * FROM a.b) SELECT transform(x.c, e -> e + 1) FROM x CROSS JOIN UNNEST(d) AS u (v)",
      "EXPLAIN (FORMAT JSON) SELECT \"Odd \"\"one\" FROM \"a b\".t",
      "SELECT x FILTER (WHERE y), ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) FROM t",
      "SELECT TIMESTAMP '2026-01-01 00:00:00', INTERVAL '1' DAY, a[1], ARRAY[1, 2], 1e3, .5",
    ]) {
      const once = await formatted(sql);
      expect(once, sql).not.toBeNull();
      expect(await formatted(once ?? "")).toBe(once);
    }
  });

  it("stays as it is where it is not understood", async () => {
    expect(await formatted("SELECT 'not closed")).toBeNull();
    expect(await formatted("SELECT (1")).toBeNull();
  });

  it("is told from another by its words, not by their layout", () => {
    expect(tokensOf("SELECT  a\n, 'B  c'")).toEqual(tokensOf("SELECT a, 'B  c'"));
    expect(tokensOf("SELECT 'a'")).not.toEqual(tokensOf("SELECT 'A'"));
    expect(tokensOf("SELECT ab")).not.toEqual(tokensOf("SELECT a b"));
    expect(tokensOf("SELECT 1 -- x")).not.toEqual(tokensOf("SELECT 1"));
  });
});
