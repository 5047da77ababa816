import { expect, it } from "vitest";
import { emptyGuard, guardOf, lacking } from "./guard-draft";

it("A guard is written as in a policy file", () => {
  const draft = { ...emptyGuard, name: "contact", tags: "pii=high", except: "steward, auditor" };
  expect(guardOf(draft)).toEqual({ on: { columnsTagged: { pii: ["high"] } }, mask: { redact: true }, except: ["steward", "auditor"] });
  expect(guardOf({ ...draft, onKind: "columns", target: "shop.orders", columns: "zip", mask: "showFirst", parameter: "3", except: "" })).toEqual({
    on: { table: "shop.orders", columns: ["zip"] },
    mask: { showFirst: 3 },
  });
  expect(guardOf({ ...draft, mask: "truncateDate", parameter: "month" })["mask"]).toEqual({ truncateDate: "MONTH" });
  expect(guardOf({ ...draft, effect: "rows", rows: "value = user.region", mask: "null" })).toMatchObject({ rows: "value = user.region" });
  expect(guardOf({ ...draft, effect: "hide" })).toMatchObject({ hide: true });
});

it("What is missing is named, first things first", () => {
  expect(lacking(emptyGuard)).toBe("guardName");
  expect(lacking({ ...emptyGuard, name: "a", tags: "pii" })).toBe("tags");
  expect(lacking({ ...emptyGuard, name: "a", onKind: "table" })).toBe("name");
  expect(lacking({ ...emptyGuard, name: "a", tags: "pii=high", mask: "round" })).toBe("parameter");
  expect(lacking({ ...emptyGuard, name: "a", tags: "pii=high" })).toBeNull();
});
