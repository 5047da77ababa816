import { describe, expect, it } from "vitest";
import { addressOfTab, neighbourOf, tabFor, titleOf, type QueryTab } from "./tabs";

const tab = (id: string, sql: string, execution: string | null = null, search = ""): QueryTab => ({ id, position: 0, sql, execution, search });

describe("Tabs", () => {
  it("are called by their first comment, or by their first words", () => {
    expect(titleOf("-- Sales of May\nSELECT 1")).toBe("Sales of May");
    expect(titleOf("SELECT a, -- of all\n  b FROM t")).toBe("SELECT a, b FROM t");
    expect(titleOf("/* x */ SELECT 1")).toBe("SELECT 1");
    expect(titleOf(`SELECT ${"a".repeat(40)}`)).toHaveLength(32);
    expect(titleOf(" \n")).toBe("");
  });

  it("are found again by an address from elsewhere", () => {
    const tabs = [tab("a", ""), tab("b", "SELECT 1"), tab("c", "SELECT 1", "7"), tab("d", "SELECT 2", "7", "?chart=bar")];
    expect(tabFor(tabs, null, "SELECT 1", "")?.id).toBe("b");
    expect(tabFor(tabs, "7", "SELECT 2", "")?.id).toBe("d");
    expect(tabFor(tabs, "7", null, "")?.id).toBe("c");
    expect(tabFor(tabs, null, "", "")?.id).toBe("a");
    expect(tabFor(tabs, null, "SELECT 1", "?chart=bar")).toBeUndefined();
    expect(tabFor(tabs, "8", null, "")).toBeUndefined();
    expect(tabFor(tabs, null, null, "")).toBeUndefined();
  });

  it("give their place to the next one, or else to the one before", () => {
    const tabs = [tab("a", ""), tab("b", ""), tab("c", "")];
    expect(neighbourOf(tabs, "b")?.id).toBe("c");
    expect(neighbourOf(tabs, "c")?.id).toBe("b");
    expect(neighbourOf([tab("a", "")], "a")).toBeUndefined();
  });

  it("have an address", () => {
    expect(addressOfTab(tab("a", "SELECT 1", "7", "?chart=bar"))).toBe("/query/7?chart=bar#sql=SELECT%201");
  });
});
