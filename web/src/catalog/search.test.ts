import { describe, expect, it } from "vitest";
import { addressOf, isAlmost, parametersOf, searchOf, toggled } from "./search";

describe("A search of the catalog", () => {
  it("is its address, and the address is the search", () => {
    const search = { q: "late orders", zone: "curated", owner: "sales team", tag: ["pii=high", "domain=a&b"], sort: "newest" };
    expect(searchOf(parametersOf(search))).toEqual(search);
    expect(addressOf(search)).toBe("/catalog?q=late+orders&zone=curated&owner=sales+team&sort=newest&tag=pii%3Dhigh&tag=domain%3Da%26b");
    expect(addressOf({})).toBe("/catalog");
    expect(searchOf(new URLSearchParams("q=+&tag=&nothing=1"))).toEqual({});
  });

  it("has one value of each tag", () => {
    expect(toggled(["pii=high", "domain=x"], "pii=low")).toEqual(["domain=x", "pii=low"]);
    expect(toggled(["pii=high"], "pii=high")).toEqual([]);
    expect(toggled(["pii"], "pii=high")).toEqual(["pii=high"]);
  });

  it("found almost what was written if other words are in what was found", () => {
    expect(isAlmost("Late Orders", ["late orders"])).toBe(false);
    expect(isAlmost("ordres", ["orders"])).toBe(true);
  });
});
