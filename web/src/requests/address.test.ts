import { expect, test } from "vitest";
import { newRequestPath, proposalOf } from "./address";

test("the address of a filled form says what it asks for", () => {
  const proposal = { permission: "SELECT", items: [{ dataset: "a.b", columns: ["x", "y"] }, { dataset: "a.c", columns: [] }] };
  const path = newRequestPath(proposal);
  expect(proposalOf(new URLSearchParams(path.slice(path.indexOf("?"))))).toEqual(proposal);
});
