import { expect, test } from "vitest";
import { triggerOf } from "./triggers";

test("tells each kind of trigger with its values", () => {
  expect(triggerOf("cron 0 6 * * * (America/New_York)")).toEqual({ key: "trigger.at", values: { times: "0 6 * * *", zone: "America/New_York" } });
  expect(triggerOf("files arriving for land")).toEqual({ key: "trigger.files", values: { stage: "land" } });
  expect(triggerOf("changes of shop_raw.orders")).toEqual({ key: "trigger.changes", values: { table: "shop_raw.orders" } });
});

test("leaves one that it does not know", () => {
  expect(triggerOf("when the moon is full")).toBeNull();
});
