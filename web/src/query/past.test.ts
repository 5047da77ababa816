import { describe, expect, it } from "vitest";
import type { Execution } from "../api/types";
import { fits } from "./past";

const past = (sql: string, state: Execution["state"], message?: string) =>
  ({ id: "1", sql, state, submittedAt: "", error: message === undefined ? null : { code: "X", message, line: null, column: null } }) as unknown as Execution;

describe("A query of before", () => {
  it("is found by all of the words, in its text or in why it failed", () => {
    const failed = past("SELECT Name\nFROM t", "FAILED", "Column 'name' cannot be resolved");
    expect(fits(failed, { words: "", state: "" })).toBe(true);
    expect(fits(failed, { words: "from  NAME", state: "" })).toBe(true);
    expect(fits(failed, { words: "resolved", state: "FAILED" })).toBe(true);
    expect(fits(failed, { words: "from other", state: "" })).toBe(false);
    expect(fits(failed, { words: "", state: "SUCCEEDED" })).toBe(false);
  });

  it("that waits is one that runs", () => {
    expect(fits(past("x", "QUEUED"), { words: "", state: "RUNNING" })).toBe(true);
    expect(fits(past("x", "CANCELLED"), { words: "", state: "RUNNING" })).toBe(false);
  });
});
