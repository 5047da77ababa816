import { expect, it } from "vitest";
import { capabilities } from "./capabilities";

const session = { user: "u", csrfToken: "", administrator: false };

it("Pages are those the service names", () => {
  expect([...capabilities({ ...session, profiles: ["auditor"], capabilities: ["audit"] })]).toEqual(["audit"]);
});

it("Pages follow the profile where the service names none", () => {
  expect(capabilities({ ...session, profiles: ["analyst"] }).has("audit")).toBe(false);
  expect(capabilities({ ...session, profiles: ["analyst"] }).has("pipelines")).toBe(false);
  expect(capabilities({ ...session, profiles: ["auditor"] }).has("audit")).toBe(true);
  expect(capabilities({ ...session, profiles: ["data-engineer"] }).has("pipelines")).toBe(true);
});
