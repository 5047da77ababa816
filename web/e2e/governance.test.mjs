// Policies, explanations, emergencies, notices and the audit in Chromium, against a service of its own (ATALAYA_URL): the mock has none.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe } from "node:test";
import { findChromium, isMock, signIn, startBrowser, startService, test } from "./browser.mjs";
import { saidInEnglish } from "./words.mjs";

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const chromium = findChromium();
const table = "complaints_curated.complaints";
const dataset = "/catalog/complaints_curated/complaints";

describe("Governance in the console", { skip: chromium === undefined || isMock }, () => {
  let service;
  let browser;

  before(async () => {
    service = await startService();
    browser = await startBrowser(chromium);
  });
  after(async () => {
    await browser?.stop();
    await service?.stop();
  });

  /** Signs a person in, lets them act, and expects that the browser had nothing to complain about. */
  async function as(user, path, act, options) {
    const person = await browser.person({ acceptDownloads: true, ...options });
    try {
      await signIn(person.page, service, user, path);
      const result = await act(person.page);
      assert.deepEqual(person.complaints, [], "violations of the Content Security Policy, or errors in the page");
      return result;
    } finally {
      await person.close();
    }
  }

  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const dialog = (page, name) => page.getByRole("dialog", { name });

  /** Calls the API as the person of the page does. */
  function call(page, method, path, body) {
    return page.evaluate(
      async ([method, path, body]) => {
        const { csrfToken } = await (await fetch("/api/v1/session")).json();
        const headers = { "X-CSRF-Token": csrfToken, "Content-Type": "application/json" };
        const answer = await fetch(`/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
        return { status: answer.status, body: await answer.json().catch(() => null) };
      },
      [method, path, body ?? null],
    );
  }

  async function grantForm(page, { kind = "profile", to, permission }) {
    await button(page, "New grant").click();
    const form = dialog(page, "New grant");
    await form.getByLabel("To a").selectOption(kind);
    await form.getByLabel("Name", { exact: true }).fill(to);
    if (permission !== undefined) {
      await form.getByRole("checkbox", { name: "SELECT" }).uncheck();
      await form.getByRole("checkbox", { name: permission }).check();
    }
    await form.getByLabel("Dataset (database.name)").fill(table);
    await button(form, "Show consequences").click();
    await page.getByTestId("consequences").waitFor();
  }

  test("says in Spanish what the service says, and asks again when the language changes", async () => {
    await as(
      "analyst",
      `${dataset}/access`,
      async (page) => {
        const main = page.getByRole("main");
        await main.getByText(/^El perfil analyst tiene SELECT sobre /).first().waitFor();
        for (const more of await main.locator("details > summary").all()) await more.click();
        assert.deepEqual(await saidInEnglish(page), []);
        await page.goto(`${service.url}/catalog/no/such`);
        await page.getByText("Ese conjunto de datos no existe para usted").waitFor();
        assert.deepEqual(await saidInEnglish(page), []);

        await page.goto(`${service.url}${dataset}/access`);
        await main.getByText(/^El perfil analyst tiene SELECT sobre /).first().waitFor();
        await page.keyboard.press("Control+k");
        await page.keyboard.type("Cambiar a English");
        await page.getByRole("option", { name: "Cambiar a English" }).click();
        await main.getByText(/^Profile analyst has SELECT on /).first().waitFor();
        assert.notDeepEqual(await saidInEnglish(page), [], "what the check looks for is there in English");
      },
      { locale: "es-ES" },
    );
  });

  test("shows profile by dataset as a picture, which opens to the reasons", async () => {
    await as("steward", "/policies", async (page) => {
      const matrix = page.getByRole("region", { name: "Matrix" });
      await matrix.getByRole("columnheader", { name: "analyst" }).waitFor();
      await matrix.getByRole("link", { name: /of \d+ · 1 masked/ }).first().click();
      await page.waitForURL((url) => url.pathname === `${dataset}/access` && url.searchParams.get("profile") === "analyst");
      await page.getByTestId("seen-as").getByText("the profile analyst and nothing else").waitFor();
    });
  });

  test("tells a change's consequences before it is made, makes it, and takes it back", async () => {
    await as("admin", "/policies/grants", async (page) => {
      await grantForm(page, { to: "analyst" });
      const shown = page.getByTestId("consequences");
      await shown.getByText("narrative").first().waitFor();
      await shown.getByText(/gain columns/).waitFor();
      const before = await call(page, "GET", `/policies/grants?table=${table}&source=hand`);
      assert.equal(before.body.items.length, 0, "nothing is made by looking");
      await button(page, "Save this change").click();
      await page.getByText("Saved. It holds from now on.").waitFor();
      const made = page.getByTestId("grant").filter({ hasText: "by hand" });
      await made.getByText("SELECT").waitFor();
      await made.getByRole("button", { name: "Take back…" }).click();
      await page.getByTestId("consequences").getByText(/lose columns/).waitFor();
      await button(page, "Save this change").click();
      await made.waitFor({ state: "detached" });
    });
  });

  test("gives a tag by hand and takes it back, each time with its consequences", async () => {
    await as("admin", "/policies/tags?key=pii", async (page) => {
      await button(page, "Give a tag").click();
      const form = dialog(page, "Give a tag");
      await form.getByLabel("Database, or table (database.name)").fill("complaints_raw");
      await form.getByLabel("Tag", { exact: true }).selectOption("pii");
      await form.getByLabel("Value").selectOption("high");
      await button(form, "Show consequences").click();
      await page.getByTestId("consequences").waitFor();
      await button(page, "Save this change").click();
      await page.getByRole("row", { name: /complaints_raw/ }).getByRole("button", { name: "Take back…" }).click();
      await page.getByTestId("consequences").waitFor();
      await button(page, "Save this change").click();
      await page.getByRole("row", { name: /complaints_raw/ }).waitFor({ state: "detached" });
    });
  });

  test("makes a guard after its consequences were seen, and takes it back", async () => {
    const name = `sent_${Date.now()}`;
    await as("admin", "/policies/guards", async (page) => {
      await button(page, "New guard").click();
      const form = dialog(page, "New guard");
      await form.getByLabel("Name", { exact: true }).fill(name);
      await form.getByLabel("On", { exact: true }).selectOption("some columns of a table");
      await form.getByLabel("Dataset (database.name)").fill(table);
      await form.getByLabel("Columns, with commas").fill("product");
      await form.getByLabel("Mask").selectOption("only the first characters");
      await button(form, "Show consequences").click();
      await form.getByText("Say how much, or which.").waitFor();
      await form.getByLabel("How many").fill("3");
      await form.getByLabel("Except for profiles").fill("data-engineer, pipeline");
      await button(form, "Show consequences").click();
      await page.getByTestId("consequences").getByText("masked · show first 3").first().waitFor();
      await button(page, "Save this change").click();
      await page.getByText("Saved. It holds from now on.").waitFor();
      const made = page.getByTestId("guard").filter({ hasText: name });
      await made.getByText("except for data-engineer, pipeline").waitFor();
      await made.getByRole("button", { name: "Take back…" }).click();
      await page.getByTestId("consequences").waitFor();
      await button(page, "Save this change").click();
      await made.waitFor({ state: "detached" });
    });
  });

  test("lists people for auditors, without a way to change anything", async () => {
    await as("auditor", "/policies/people?profile=steward", async (page) => {
      await page.getByRole("cell", { name: "steward" }).first().waitFor();
      assert.equal(await page.getByRole("button", { name: /Give a profile|Take back/ }).count(), 0);
    });
  });

  test("is not there for those who watch over nothing", async () => {
    // Of the demo's models data scientists are the owners.
    for (const user of isMock ? ["analyst", "ds"] : ["analyst"]) {
      await as(user, "/policies/grants", async (page) => {
        await page.getByRole("heading", { name: "There is no such page for you" }).waitFor();
        assert.equal(await page.getByRole("link", { name: "Policies" }).count(), 0);
        assert.equal((await call(page, "GET", "/policies/grants")).status, 403);
      });
    }
  });

  test("explains one's own access to everybody, that of others to those who watch over the table", async () => {
    await as("analyst", `${dataset}/access`, async (page) => {
      await page.getByText("You see every row.").waitFor();
      assert.equal(await page.getByRole("form", { name: "See as" }).count(), 0);
    });
    await as("steward", `${dataset}/access`, async (page) => {
      const choice = page.getByRole("form", { name: "See as" });
      await choice.getByLabel("Name").fill("data-scientist");
      await button(choice, "Look").click();
      await page.getByTestId("seen-as").getByText("data-scientist").waitFor();
      await page.getByText("They see every row.").waitFor();
    });
  });

  test("says who sees a column, to those who watch over the table", async () => {
    await as("steward", `${dataset}/access`, async (page) => {
      const form = page.getByRole("form", { name: "Who sees a column" });
      await form.getByLabel("Column").selectOption("narrative");
      await button(form, "Look").click();
      const seers = page.getByRole("region", { name: "Who sees a column" });
      await seers.getByRole("cell", { name: "ds", exact: true }).waitFor();
      assert.equal(await seers.getByRole("cell", { name: "analyst", exact: true }).count(), 0);
      await accessible(page, "who sees a column");
    });
    await as("analyst", `${dataset}/access`, async (page) => {
      await page.getByText("You see every row.").waitFor();
      assert.equal(await page.getByRole("form", { name: "Who sees a column" }).count(), 0);
    });
  });

  test("breaks the glass with a reason, and has it reviewed by somebody else", async () => {
    await as("admin", "/policies/grants", async (page) => {
      await grantForm(page, { kind: "user", to: "steward", permission: "BREAK_GLASS" });
      await button(page, "Save this change").click();
      await page.getByText("Saved. It holds from now on.").waitFor();
    });
    await as("steward", `${dataset}/access`, async (page) => {
      await button(page, "Break the glass…").click();
      const form = page.getByRole("dialog", { name: `Break the glass on ${table}` });
      await button(form, "Break the glass now").click();
      await form.getByText("at least ten characters").waitFor();
      await form.getByLabel("What is the emergency?").fill("The nightly load lost rows of one state");
      await form.getByLabel("For how long").selectOption("15");
      await button(form, "Break the glass now").click();
      await page.getByTestId("glass-held").waitFor();
      await page.getByText("You see every row.").waitFor();
    });
    await as("admin", "/policies/emergencies", async (page) => {
      const glass = page.getByTestId("glass").filter({ hasText: "The nightly load lost rows" }).first();
      await glass.getByRole("button", { name: "Review…" }).click();
      const form = page.getByRole("dialog", { name: "Review what steward did" });
      await form.getByLabel("What you make of it").fill("Justified; the load was repaired");
      await button(form, "Put it on record").click();
      await page.getByText("Justified; the load was repaired").first().waitFor();
      const grants = await call(page, "GET", `/policies/grants?principal=steward&source=hand`);
      for (const { id } of grants.body.items) await call(page, "DELETE", `/grants/${id}`);
    });
  });

  test("rings for the approver, and lets a request be written anew after changes were asked for", async () => {
    const purpose = `an errand ${Date.now()}`;
    const id = await as("analyst", `/requests/new?dataset=${table}&columns=company`, async (page) => {
      await page.getByLabel("Purpose").fill(purpose);
      await page.getByLabel("Justification").fill("To count complaints by company");
      await button(page, "Send the request").click();
      await page.getByTestId("request-state").getByText("in review").waitFor();
      return new URL(page.url()).pathname.split("/").at(-1);
    });
    await as("steward", "/catalog", async (page) => {
      await page.getByTestId("unread").waitFor();
      await page.getByRole("link", { name: /Notifications, \d+ unread/ }).click();
      await page.locator(`[data-unread] a[href="/requests/${id}"]`).first().click();
      await page.getByLabel("Comment").first().fill("Which months?");
      await button(page, "Ask for changes").click();
      await page.getByTestId("request-state").getByText("changes asked for").waitFor();
      await page.getByRole("link", { name: /^Notifications/ }).click();
      await button(page, "Mark all as read").click();
      await page.locator("[data-unread]").first().waitFor({ state: "detached" });
      await page.getByTestId("unread").waitFor({ state: "detached" });
    });
    await as("analyst", `/requests/${id}`, async (page) => {
      await page.getByRole("link", { name: "Write it anew" }).click();
      assert.equal(await page.getByLabel("Purpose").inputValue(), purpose);
      await page.getByLabel("Only rows where (optional)").fill("state = 'CA'");
      await button(page, "Send it again").click();
      await page.getByTestId("request-state").getByText("in review").waitFor();
      await button(page, "Take back").click();
      await page.getByTestId("request-state").getByText("taken back").waitFor();
    });
  });

  test("keeps a search of the audit under a name, opens and forgets it", async () => {
    const name = `sign-ins ${Date.now()}`;
    await as("auditor", "/audit?kind=sign-in&decision=allowed", async (page) => {
      await button(page, "Keep this view…").click();
      const form = dialog(page, "Keep this view…");
      await form.getByLabel("Name").fill(name);
      await button(form, "Keep").click();
      await form.waitFor({ state: "detached" });
      await button(page, "Clear").click();
      await page.waitForURL((url) => url.search === "");
      await button(page, name).click();
      await page.waitForURL((url) => url.searchParams.get("kind") === "sign-in" && url.searchParams.get("decision") === "allowed");
      await button(page, `Delete the view ${name}`).click();
      await page.getByTestId("audit-view").filter({ hasText: name }).waitFor({ state: "detached" });
    });
  });

  test("exports the audit in both formats, and recomputes the proof of a record in the browser", async () => {
    await as("auditor", "/audit?kind=sign-in", async (page) => {
      for (const format of ["jsonl", "parquet"]) {
        await button(page, "Export").click();
        const form = dialog(page, "Export");
        await form.getByText("kind sign-in").waitFor();
        await form.getByLabel("Format").selectOption(format);
        const download = page.waitForEvent("download");
        await button(form, "Start the export").click();
        assert.match((await download).suggestedFilename(), /^audit-\d+\.zip$/);
        await page.getByTestId("exported").getByText("is yours").waitFor();
        await form.getByRole("button", { name: "Close" }).last().click();
        await form.waitFor({ state: "detached" });
      }
      await page.getByRole("table").getByRole("button").first().click();
      await page.getByTestId("inclusion").getByText("Checked in your browser").waitFor();
    });
  });

  test("holds what is about a person and releases it, and erases nobody by a slip", async () => {
    await as("admin", "/audit?part=people", async (page) => {
      await page.getByTestId("retention").getByText("Records are kept for ever.").waitFor();
      await button(page, "Place a hold…").click();
      let form = dialog(page, "Place a legal hold");
      await form.getByLabel("Name of the hold").fill("case-7");
      await form.getByLabel("Reason").fill("A claim is pending");
      await button(form, "Hold").click();
      await form.getByText("Say what to hold").waitFor();
      await form.getByLabel("Person").fill("ds");
      await button(form, "Hold").click();
      const row = page.getByRole("row", { name: /case-7 person ds A claim is pending/ });
      await row.waitFor();
      await button(page, "Erase a person…").click();
      form = dialog(page, "Erase a person from the log");
      await form.getByLabel("Person").fill("ds");
      await form.getByLabel("The same name again").fill("de");
      await button(form, "Erase for ever").click();
      await form.getByText("The two names differ.").waitFor();
      await form.getByLabel("The same name again").fill("ds");
      await button(form, "Erase for ever").click();
      await form.getByRole("alert").getByText(/./).waitFor();
      await button(form, "Cancel").click();
      await as("auditor", "/audit?part=people", async (seen) => {
        await seen.getByRole("row", { name: /case-7 person ds A claim is pending/ }).waitFor();
        assert.equal(await seen.getByRole("button", { name: /Place a hold|Release|Erase/ }).count(), 0);
      });
      await row.getByRole("button", { name: "Release…" }).click();
      await button(page.getByRole("dialog"), "Release").click();
      await page.getByText("Nothing is held").waitFor();
    });
  });

  const places = [
    ["admin", "/policies"],
    ["admin", "/policies/grants"],
    ["admin", "/policies/grants", (page) => grantForm(page, { to: "analyst" })],
    ["admin", "/policies/guards"],
    ["admin", "/policies/tags?key=pii"],
    ["admin", "/policies/people"],
    ["admin", "/policies/emergencies"],
    ["steward", "/policies"],
    ["steward", `${dataset}/access?profile=analyst`],
    ["admin", "/audit"],
    ["admin", "/audit?part=people"],
    ["auditor", "/audit", (page) => button(page, "Export").click().then(() => button(page, "Start the export").waitFor())],
    ["steward", "/notifications"],
  ];

  for (const colorScheme of ["light", "dark"]) {
    test(`has no serious accessibility violation in the ${colorScheme} scheme, and fits 360 pixels`, async () => {
      for (const width of [1280, 360]) {
        for (const user of new Set(places.map(([who]) => who))) {
          await as(user, "/catalog", async (page) => {
            for (const [who, path, act] of places) {
              if (who !== user) continue;
              await page.goto(service.url + path);
              await settled(page);
              await act?.(page);
              const wide = await page.evaluate(() =>
                Math.max(document.documentElement.scrollWidth, document.querySelector("main").scrollWidth),
              );
              assert.ok(wide <= width, `${path} is ${wide} px wide`);
              await accessible(page, path);
            }
          }, { colorScheme, viewport: { width, height: 760 } });
        }
      }
    });
  }

  test("looks after a user: makes one, gives a profile, hands out a token that works at once, and ends it all", async () => {
    const name = `made-${Date.now()}`;
    /** What the service answers to whoever holds the token alone. */
    const asked = (page, token) =>
      page.evaluate(async (token) => {
        const answer = await fetch("/api/v1/me", { credentials: "omit", headers: { Authorization: `Bearer ${token}` } });
        return { status: answer.status, body: await answer.json() };
      }, token);
    await as("admin", "/administration", async (page) => {
      await button(page, "New user").click();
      await page.getByRole("dialog").getByLabel("User", { exact: true }).fill(name);
      await page.getByRole("dialog").getByLabel("Kind").selectOption("service");
      await button(page, "Make the user").click();
      await page.getByRole("heading", { level: 1, name }).waitFor();
      await page.getByRole("button", { name: /^New token/ }).click();
      await page.getByRole("dialog").getByLabel("Name").fill("e2e");
      await button(page, "Make the token").click();
      const token = await page.getByTestId("secret").locator("code").textContent();
      await button(page, "I have kept it").click();
      assert.deepEqual((await asked(page, token)).body.profiles, []);

      await page.getByRole("button", { name: /^Give a profile/ }).click();
      await page.getByRole("dialog").getByLabel("Profile").selectOption("auditor");
      await button(page, "Show consequences").click();
      await page.getByTestId("consequences").waitFor();
      await button(page, "Save this change").click();
      await page.getByRole("region", { name: "Profiles" }).getByText("auditor").waitFor();
      assert.deepEqual((await asked(page, token)).body.profiles, ["auditor"]);

      await button(page, "Disable…").click();
      await button(dialog(page, `Disable ${name}?`), "Disable").click();
      await page.getByText("Ended: 0 sessions, 1 tokens, 0 access keys.").waitFor();
      assert.equal((await asked(page, token)).status, 401);
    });
  });

  test("tells administrators how the service is, and others nothing of it", async () => {
    await as("admin", "/administration/health", async (page) => {
      await page.getByText("The service can do its work").waitFor();
      await page.getByRole("region", { name: "Memory" }).getByText(/ of /).first().waitFor();
      for (const [part, empty] of [["sources", "The settings name no source"], ["storage", null], ["maintenance", null]]) {
        await page.goto(`${service.url}/administration/${part}`);
        await page.getByTestId(part).or(page.getByText(empty ?? "No table here")).or(page.getByText("No pipeline maintains tables")).first().waitFor();
      }
    });
    await as("auditor", "/administration/health", async (page) => {
      await page.getByText("There is no such page for you").waitFor();
      assert.equal((await call(page, "GET", "/administration/health")).status, 403);
    });
  });

  test("speaks Spanish", async () => {
    await as("admin", "/policies/grants", async (page) => {
      await page.getByRole("tab", { name: "Salvaguardas y filtros" }).click();
      await page.getByText("salvo para").first().waitFor();
    }, { locale: "es-ES" });
  });

  async function settled(page) {
    await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
    await page.waitForFunction(() => document.querySelector("main [role=status][class*=waiting]") === null);
  }

  async function accessible(page, where) {
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
      const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: tags } });
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join("\n")}`);
    });
    assert.deepEqual(violations, [], where);
  }
});
