import { expect, test } from "vitest";
import { askingOf, withAsking } from "./asking";

test("reads purpose and workgroup from an address, and nothing else", () => {
  expect(askingOf("?chart=bar&purpose=churn&workgroup=%20reports ")).toEqual({ purpose: "churn", workgroup: "reports" });
  expect(askingOf("?purpose=&workgroup")).toEqual({});
});

test("changes one and leaves the rest of the address", () => {
  expect(withAsking("?chart=bar&y=a&y=b", "purpose", "churn model")).toBe("?chart=bar&y=a&y=b&purpose=churn+model");
  expect(withAsking("?purpose=churn", "purpose", "")).toBe("");
  expect(withAsking("?purpose=churn&workgroup=reports", "workgroup", "")).toBe("?purpose=churn");
});
