// From a refused query to an audited access that has ended, by the people whose work it is. Started by WalkThroughIT with a
// service and a clock that goes when POST $ATALAYA_CLOCK?days=… says so.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findChromium, signIn, startBrowser, startService } from "./browser.mjs";

describe("An access", () => {
  const select = "SELECT id, email, region FROM shop_curated.customers ORDER BY id";
  let service;
  let browser;
  let request;

  before(async () => {
    service = await startService();
    browser = await startBrowser(findChromium());
  });
  after(async () => {
    await browser?.stop();
    await service?.stop();
  });

  async function as(user, path, act) {
    const person = await browser.person();
    try {
      await signIn(person.page, service, user, path);
      await act(person.page);
      assert.deepEqual(person.complaints, [], "violations of the Content Security Policy, or errors in the page");
    } finally {
      await person.close();
    }
  }

  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const state = (page, text) => page.getByTestId("request-state").getByText(text).waitFor();

  const ask = async (page) => {
    await button(page, "Run").click();
  };

  test("is refused to somebody who has none, and asked for from there", async () => {
    await as("nobody", `/query#sql=${encodeURIComponent(select)}`, async (page) => {
      await ask(page);
      await page.getByRole("link", { name: "Ask for what it needs" }).click();
      await page.waitForURL(/\/requests\/new\?/);
      assert.equal(await page.getByLabel("Dataset (database.name)").inputValue(), "shop_curated.customers");
      assert.equal(await page.getByLabel(/^Columns/).inputValue(), "id, email, region");
      await page.getByLabel(/^Columns/).fill("id, email, region, name");
      await page.getByLabel("Purpose").fill("churn model");
      await page.getByLabel("Justification").fill("The model needs it");
      await button(page, "Send the request").click();
      await state(page, "in review");
      request = new URL(page.url()).pathname;
    });
  });

  test("is narrowed and approved by the owner", async () => {
    await as("steward", "/requests?list=approve", async (page) => {
      await page.getByRole("link", { name: /shop_curated\.customers/ }).click();
      await page.getByRole("checkbox", { name: "name" }).uncheck();
      await page.getByLabel("Only rows where").fill("region = 'US'");
      await button(page, "Approve what is left").click();
      await state(page, "active");
      await page.getByTestId("evidence").first().locator("summary").click();
      await page.getByText("masked: redact").first().waitFor();
    });
  });

  test("lets the query run with the mask and the filter", async () => {
    await as("nobody", `/query#sql=${encodeURIComponent(select)}`, async (page) => {
      await ask(page);
      await page.getByRole("gridcell", { name: "xxx@xxxxxx.xxxxxxx" }).first().waitFor();
      assert.equal(await page.getByRole("grid").getByRole("row").count(), 3, "the head and two Americans");
      assert.equal(await page.getByText("canary.example").count(), 0);
    });
  });

  test("is reviewed by the owner, who sees where it comes from", async () => {
    await as("admin", "/reviews/new", async (page) => {
      await page.getByLabel("Name").fill("What nobody has");
      await page.getByLabel("What to review").selectOption({ label: "grants of a user" });
      await page.getByLabel("User", { exact: true }).fill("nobody");
      await button(page, "Start the review").click();
      await page.getByRole("heading", { level: 1, name: "What nobody has" }).waitFor();
    });
    await as("steward", "/reviews", async (page) => {
      await page.getByRole("link", { name: "What nobody has" }).click();
      await page.getByText("asked for by nobody, approved by steward").waitFor();
      await page.getByText("The model needs it").waitFor();
      const decision = page.getByRole("form", { name: "Your decision" });
      await decision.getByLabel("Reason").fill("The model is not done");
      await button(decision, "Certify").click();
      await page.getByText("Nothing is left to decide.").waitFor();
    });
  });

  test("is over when its time is", async () => {
    const passed = await fetch(`${process.env.ATALAYA_CLOCK}?days=40`, { method: "POST" });
    assert.equal(passed.status, 204);
    await as("nobody", `/query#sql=${encodeURIComponent(select)}`, async (page) => {
      await ask(page);
      await page.getByRole("link", { name: "Ask for what it needs" }).waitFor();
      assert.equal(await page.getByRole("gridcell").count(), 0);
      await page.goto(service.url + request);
      await state(page, "expired");
      await page.getByTestId("timeline").getByText("ended it: its time is over").waitFor();
      await page.getByTestId("evidence").last().locator("summary").click();
      await page.getByText("may not").first().waitFor();
    });
  });

  test("is on record for the auditor, who checks the proof and takes the records along", async () => {
    await as("auditor", "/audit?kind=request", async (page) => {
      await page.getByRole("table").getByText("request.expired").waitFor();
      await page.getByRole("table").getByRole("button").first().click();
      await page.getByTestId("inclusion").getByText("Checked in your browser").waitFor();
      await page.keyboard.press("Escape");
      await button(page, "Export").click();
      const download = page.waitForEvent("download");
      await button(page.getByRole("dialog"), "Start the export").click();
      await (await download).saveAs(process.env.ATALAYA_EXPORT);
    });
  });
});
