import { expect, it } from "vitest";
import { emptyGrant, grantOf, missing, tagsOf } from "./draft";

it("Tags are keys with one or several values", () => {
  expect(tagsOf("pii=low|none, zone = curated ,nothing,=x")).toEqual({ pii: ["low", "none"], zone: ["curated"] });
});

it("A grant says only what was filled in", () => {
  const draft = { ...emptyGrant, to: " analyst ", name: "shop.orders" };
  expect(grantOf(draft)).toEqual({ grantee: { profile: "analyst" }, resource: { table: "shop.orders" }, permissions: ["SELECT"] });
  expect(grantOf({ ...draft, onKind: "columns", columns: "id, name", until: "2027-01-01", grantOption: true })).toEqual({
    grantee: { profile: "analyst" },
    resource: { table: "shop.orders", columns: ["id", "name"] },
    permissions: ["SELECT"],
    grantOption: true,
    until: "2027-01-01T00:00:00Z",
  });
});

it("What is missing is named, first things first", () => {
  expect(missing(emptyGrant)).toBe("to");
  expect(missing({ ...emptyGrant, to: "a", permissions: [] })).toBe("permissions");
  expect(missing({ ...emptyGrant, to: "a", onKind: "tablesTagged", tags: "pii" })).toBe("tags");
  expect(missing({ ...emptyGrant, to: "a", onKind: "columns", name: "a.b" })).toBe("columns");
  expect(missing({ ...emptyGrant, to: "a", name: "a.b" })).toBeNull();
});
