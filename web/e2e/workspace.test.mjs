// The SQL workspace in Chromium: what is open, what is kept, and what helps to write and to read. Against the mock or a service.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe } from "node:test";
import { findChromium, mockTest, signIn, startBrowser, startService, test } from "./browser.mjs";

const chromium = findChromium();
const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

describe("The SQL workspace", { skip: chromium === undefined }, () => {
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

  /** Signs a person in with nothing open, lets them act, and expects that the browser had nothing to complain about. */
  async function as(user, path, act, options) {
    const person = await browser.person(options);
    try {
      await signIn(person.page, service, user, "/");
      await person.page.evaluate(async () => {
        const { csrfToken } = await (await fetch("/api/v1/session")).json();
        const { items } = await (await fetch("/api/v1/query-tabs")).json();
        for (const { id } of items) await fetch(`/api/v1/query-tabs/${id}`, { method: "DELETE", headers: { "X-CSRF-Token": csrfToken } });
      });
      await person.page.goto(service.url + path);
      const result = await act(person.page);
      assert.deepEqual(person.complaints, [], "violations of the Content Security Policy, or errors in the page");
      return result;
    } finally {
      await person.close();
    }
  }

  const queryPath = (sql) => `/query#sql=${encodeURIComponent(sql)}`;
  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const tabs = (page) => page.getByTestId("query-tab");
  const editor = (page) => page.getByRole("textbox", { name: "SQL" });
  const text = async (page) => (await page.locator(".cm-line").allTextContents()).join("\n");
  const textIs = (page, wanted) =>
    page.waitForFunction(
      (wanted) => {
        const root = document.querySelector("[data-testid=editor]")?.shadowRoot;
        const lines = [...(root?.querySelectorAll(".cm-line") ?? [])].map((line) => (line.querySelector(".cm-placeholder") === null ? line.textContent : ""));
        return root != null && lines.join("\n") === wanted;
      },
      wanted,
    );
  async function write(page, sql) {
    await editor(page).focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(sql);
  }
  const kept = (page) => page.evaluate(async () => (await (await fetch("/api/v1/query-tabs")).json()).items.map(({ sql }) => sql));

  async function until(page, holds) {
    for (let turn = 0; turn < 150; turn++) {
      if (holds(await kept(page))) return;
      await page.waitForTimeout(100);
    }
    assert.fail("what the service keeps does not come to be so");
  }

  test("keeps what is open, each with its own history of changes, over a reload and for the next session", async () => {
    await as("analyst", "/query", async (page) => {
      await tabs(page).first().waitFor();
      assert.equal(await tabs(page).count(), 1);
      await write(page, "-- First\nSELECT 1");
      await tabs(page).getByText("First").waitFor();
      await button(page, "New query").click();
      await textIs(page, "");
      await write(page, "SELECT 2");
      await page.keyboard.press("Control+z");
      await page.keyboard.press("Control+z");
      await page.keyboard.press("Control+z");
      assert.doesNotMatch(await text(page), /First/, "what is undone is of this tab");
      await write(page, "SELECT 22");
      await page.waitForURL((url) => url.hash === "#sql=SELECT%2022");
      await page.reload();
      await textIs(page, "SELECT 22");
      await tabs(page).nth(1).waitFor();
      assert.deepEqual(await tabs(page).locator("span:first-child").allTextContents(), ["First", "SELECT 22"]);
      await tabs(page).first().click();
      await textIs(page, "-- First\nSELECT 1");
      await page.goBack();
      await textIs(page, "SELECT 22");
      await page.goForward();
      await textIs(page, "-- First\nSELECT 1");
      await editor(page).focus();
      await page.keyboard.press("Control+End");
      await page.keyboard.insertText("1");
      await page.getByRole("link", { name: "Catalog", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "Catalog" }).waitFor();
      await page.waitForFunction(async () => (await (await fetch("/api/v1/query-tabs")).json()).items.some(({ sql }) => sql === "-- First\nSELECT 11"));
      assert.deepEqual(await kept(page), ["-- First\nSELECT 11", "SELECT 22"]);
      const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      assert.doesNotMatch(stored, /SELECT/, "nothing of a text is kept in the browser");
      await page.getByRole("link", { name: "Query", exact: true }).click();
      await textIs(page, "-- First\nSELECT 11");
      assert.equal(await tabs(page).count(), 2);
    });
  });

  mockTest("keeps what is typed before one's tabs are there, beside what was open", async () => {
    await as("analyst", queryPath("SELECT 'open before'"), async (page) => {
      await tabs(page).filter({ hasText: "open before" }).waitFor();
      while ((await kept(page)).length !== 1) await page.waitForTimeout(100);
      await page.route("**/api/v1/query-tabs", async (route) => {
        await page.getByTestId("editor").getByText("early").waitFor();
        await route.continue();
      });
      await page.goto(`${service.url}/query`);
      await editor(page).focus();
      await page.keyboard.type("SELECT 'early");
      await tabs(page).filter({ hasText: "early" }).waitFor();
      await page.keyboard.type(" bird");
      await textIs(page, "SELECT 'early bird'");
      await tabs(page).filter({ hasText: "open before" }).waitFor();
    });
  });

  test("keeps both texts when two windows change the same one", async () => {
    await as("analyst", queryPath("SELECT 1"), async (page) => {
      await tabs(page).first().waitFor();
      await until(page, (sql) => sql.length === 1);
      const other = await page.context().newPage();
      await other.goto(service.url + "/query");
      await textIs(other, "SELECT 1");
      await write(page, "SELECT 'of the first'");
      await until(page, ([sql]) => sql.includes("first"));
      await write(other, "SELECT 'of the second'");
      await other.getByText("Another window changed this query.").waitFor();
      await other.keyboard.type(" AS more");
      await until(other, (sql) => sql.length === 2);
      assert.equal(await tabs(other).count(), 2);
      await textIs(other, "SELECT 'of the second' AS more");
      await tabs(other).first().click();
      await textIs(other, "SELECT 'of the first'");
      await tabs(other).nth(1).click();
      await textIs(other, "SELECT 'of the second' AS more");
      await until(other, ([, sql]) => sql.endsWith("more"));
      await page.reload();
      await tabs(page).nth(1).waitFor();
      assert.deepEqual(await kept(page), ["SELECT 'of the first'", "SELECT 'of the second' AS more"]);
    });
  });

  test("says when what is open cannot be saved, and saves it when that is possible again", async () => {
    await as("analyst", queryPath("SELECT 1"), async (page) => {
      await textIs(page, "SELECT 1");
      await page.route("**/query-tabs/**", (route) => route.abort());
      await write(page, "SELECT 2");
      await page.getByText("could not be saved just now").waitFor();
      await page.unroute("**/query-tabs/**");
      await write(page, "SELECT 3");
      await page.getByText("could not be saved just now").waitFor({ state: "detached" });
      await page.waitForFunction(async () => (await (await fetch("/api/v1/query-tabs")).json()).items.some(({ sql }) => sql === "SELECT 3"));
    });
  });

  test("closes by keyboard, and gives back what was closed in its place", async () => {
    await as("analyst", queryPath("SELECT 1 AS one"), async (page) => {
      await textIs(page, "SELECT 1 AS one");
      await button(page, "New query").click();
      await write(page, "SELECT 2 AS two");
      await tabs(page).getByText("two").waitFor();
      await tabs(page).nth(1).focus();
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("Enter");
      await textIs(page, "SELECT 1 AS one");
      await page.keyboard.press("Delete");
      await textIs(page, "SELECT 2 AS two");
      await page.getByText("Closed: SELECT 1 AS one").waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "tab");
      await button(page, "Open it again").click();
      await textIs(page, "SELECT 1 AS one");
      assert.deepEqual(await tabs(page).locator("span:first-child").allTextContents(), ["SELECT 1 AS one", "SELECT 2 AS two"]);
      await tabs(page).nth(1).focus();
      await page.keyboard.press("Delete");
      await page.keyboard.press("Delete");
      await tabs(page).getByText("New query").waitFor();
      assert.equal(await tabs(page).count(), 1);
    });
  });

  test("gives an answer to the tab that asked", async () => {
    await as("analyst", queryPath("SELECT * FROM complaints_curated.complaints LIMIT 5"), async (page) => {
      await textIs(page, "SELECT * FROM complaints_curated.complaints LIMIT 5");
      await button(page, "Run").click();
      await page.waitForURL(/\/query\/[^#]+#/);
      await button(page, "New query").click();
      await page.waitForURL((url) => url.pathname === "/query");
      await page.getByText("Ask the tables something").waitFor();
      await tabs(page).first().click();
      await page.getByTestId("query-facts").or(page.getByTestId("query-error")).waitFor();
    });
  });

  test("keeps a query under a name, changes it in place, shares it, and takes it back", async () => {
    const from = "complaints_curated.complaints";
    const name = `Query of ${Date.now()}`;
    const link = await as("analyst", queryPath(`SELECT product FROM ${from} LIMIT 3`), async (page) => {
      await textIs(page, `SELECT product FROM ${from} LIMIT 3`);
      await button(page, "Save…").click();
      const dialog = page.getByRole("dialog", { name: "Save the query" });
      await dialog.getByLabel("Name").fill(name);
      await dialog.getByLabel("Share it").check();
      await button(dialog, "Save").click();
      await page.getByTestId("origin").getByText(name).waitFor();
      assert.ok(await button(page, "Save").isDisabled());
      await write(page, `SELECT product, 2 AS two FROM ${from} LIMIT 3`);
      await page.getByTestId("origin").getByText("changed").waitFor();
      await button(page, "Save").click();
      await page.getByTestId("origin").getByText("saved").waitFor();
      await page.getByRole("tab", { name: "Saved" }).click();
      await page.getByRole("link", { name }).waitFor();
      return `/query?named=${new URL(page.url()).searchParams.get("named")}`;
    });
    await as("ds", link, async (page) => {
      await textIs(page, `SELECT product, 2 AS two FROM ${from} LIMIT 3`);
      assert.equal(await button(page, "Save").count(), 0, "only who saved it changes it");
      await button(page, "Run").click();
      await page.getByRole("grid").or(page.getByTestId("query-error")).waitFor();
      await page.reload();
      await page.getByTestId("origin").getByText(name).waitFor();
    });
    await as("analyst", link, async (page) => {
      await page.getByRole("tab", { name: "Saved" }).click();
      await button(page, `Name and sharing of ${name}`).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Share it").uncheck();
      await button(dialog, "Save").click();
      await dialog.waitFor({ state: "detached" });
    });
    await as("ds", link, async (page) => {
      await page.getByText("There is no such query for you").waitFor();
    });
    await as("analyst", "/query", async (page) => {
      await page.getByRole("tab", { name: "Saved" }).click();
      await page.getByRole("searchbox", { name: "Filter saved queries" }).fill(name);
      await button(page, `Delete ${name}`).click();
      await button(page.getByRole("dialog"), "Delete").click();
      await page.getByText("No query is called so").or(page.getByText("No saved queries")).waitFor();
    });
  });

  mockTest("tells who may not run a shared query how to ask for what it needs", async () => {
    await as("auditor", "/query?named=5a0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44", async (page) => {
      await page.getByText("Not for you yet").waitFor();
      await page.getByRole("link", { name: "Ask for what it needs" }).waitFor();
      assert.equal(await text(page).then((now) => /complaints/.test(now)), false);
    });
  });

  mockTest("changes the query of a saved chart in the editor", async () => {
    await as("analyst", "/query?chart=bar&x=product&y=complaints#sql=" + encodeURIComponent("SELECT product, complaints FROM complaints_consumption.by_product_month_state LIMIT 5"), async (page) => {
      await button(page, "Run").click();
      await button(page, "Save the chart").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Title").fill("Changed in place");
      await button(dialog, "Save").click();
      await page.getByRole("heading", { level: 1, name: "Changed in place" }).waitFor();
      const chart = page.url();
      await page.getByRole("link", { name: "Edit the query" }).click();
      await page.getByTestId("origin").getByText("Changed in place").waitFor();
      await write(page, "SELECT state, complaints FROM complaints_consumption.by_product_month_state LIMIT 7");
      await button(page, "Run").click();
      await page.getByLabel("Kind").selectOption("Distribution");
      await button(page, "Save").click();
      await page.getByTestId("origin").getByText("saved").waitFor();
      await page.getByRole("link", { name: "Changed in place" }).click();
      await page.waitForURL(chart);
      await page.getByRole("img", { name: /How often .* of 7 rows/ }).waitFor();
    });
  });

  test("lays a text out, and leaves one that it does not understand", async () => {
    await as("analyst", queryPath("select 1 as one where 1 = 1"), async (page) => {
      await textIs(page, "select 1 as one where 1 = 1");
      await editor(page).focus();
      await page.keyboard.press("Shift+Alt+F");
      await textIs(page, "select\n  1 as one\nwhere\n  1 = 1");
      await page.keyboard.press("Control+z");
      await textIs(page, "select 1 as one where 1 = 1");
      await write(page, "select (1");
      await button(page, "Format (Shift+Alt+F)").click();
      await page.getByText("This text cannot be formatted").waitFor();
      await textIs(page, "select (1");
    });
  });

  mockTest("completes the functions that may be called, with what they take, and opens the call", async () => {
    await as("analyst", "/query", async (page) => {
      await tabs(page).first().waitFor();
      await write(page, "SELECT ");
      await page.keyboard.type("lag");
      const list = page.locator(".cm-tooltip-autocomplete");
      await list.getByText("(T) → T").first().waitFor();
      assert.equal(await list.getByText("lag", { exact: true }).count(), 1);
      await page.waitForTimeout(150);
      await page.keyboard.press("Enter");
      await textIs(page, "SELECT lag()");
      await page.locator(".cm-signatures").getByText("lag(T, bigint) → T").waitFor();
      await write(page, "SELECT ");
      await page.keyboard.type("bing");
      await page.waitForTimeout(400);
      assert.equal(await list.getByText("bing_tile").count(), 0, "what is refused is not offered");
      await write(page, "SEL");
      await page.keyboard.press("Control+Space");
      await list.getByText("SELECT", { exact: true }).waitFor();
    });
  });

  test("says what a function takes while one is inside its call", async () => {
    await as("analyst", "/query", async (page) => {
      await tabs(page).first().waitFor();
      await write(page, "SELECT lag(x, ");
      const help = page.locator(".cm-signatures");
      await help.getByText("lag(T, bigint) → T").waitFor();
      assert.equal(await help.locator("strong").first().textContent(), "bigint");
      // The first may close a list of completions.
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await help.waitFor({ state: "detached" });
      await page.keyboard.insertText("2, y)");
      assert.equal(await help.count(), 0, "closed for this call");
      await page.keyboard.insertText(", transform(");
      await help.getByText("takes a lambda").waitFor();
    });
  });

  mockTest("asks for the values of a text, and sends them as what they are written as", async () => {
    await as("analyst", "/query?named=5a0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44", async (page) => {
      const values = page.getByTestId("values");
      await values.getByLabel("state").waitFor();
      await button(page, "Run").click();
      await values.getByText("A value is missing").first().waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-invalid")), "true");
      await values.getByLabel("state").fill("O'H");
      await values.getByText("as a text").waitFor();
      await values.getByLabel("limit").fill("7");
      await values.getByText("as a number").waitFor();
      const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/queries"));
      await page.keyboard.press("Enter");
      assert.deepEqual((await sent).postDataJSON().parameters, ["'O''H'", "7"]);
      await page.getByTestId("query-facts").getByText(/^7 rows/).waitFor();
      assert.ok(!page.url().includes("O'H") && !page.url().includes("O%27H"), "values are not in the address");
      await page.waitForTimeout(900);
      assert.ok(!(await kept(page)).some((sql) => sql.includes("O'H")));
    });
  });

  test("says what a column is like, by mouse and by keyboard", async () => {
    await as("analyst", "/query", async (page) => {
      const { items } = await page.evaluate(async () => (await fetch("/api/v1/datasets?access=read")).json());
      await write(page, `SELECT * FROM ${items[0].database}.${items[0].name} LIMIT 1500`);
      await button(page, "Run").click();
      await page.getByRole("columnheader").first().click();
      const found = page.getByTestId("column-statistics");
      await found.getByText("Different values").waitFor();
      await found.getByText(/^Of (all|the) [\d,]+ rows?/).waitFor();
      await page.keyboard.press("Escape");
      await found.waitFor({ state: "detached" });
      await page.getByRole("grid").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("s");
      await found.getByText("Most frequent").or(found.getByText("Without a value")).first().waitFor();
      await page.keyboard.press("Escape");
      await found.waitFor({ state: "detached" });
      await page.getByRole("grid").focus();
      await page.keyboard.press("Enter");
      await button(page, "What the column is like").click();
      await found.waitFor();
    });
  });

  test("draws how a query would run, with what tables are to who asks, and marks errors where they are", async () => {
    await as("analyst", "/query", async (page) => {
      const { items } = await page.evaluate(async () => (await fetch("/api/v1/datasets?access=read")).json());
      const table = `${items[0].database}.${items[0].name}`;
      await write(page, `SELECT count(*) AS n FROM ${table}`);
      await editor(page).focus();
      await page.keyboard.press("Control+Shift+Enter");
      const plan = page.getByTestId("plan");
      await plan.locator("[data-step=TableScan]").getByText(`lake:${table}`).waitFor();
      await plan.getByText("A run would read").waitFor();
      assert.equal(await text(page), `SELECT count(*) AS n FROM ${table}`, "the text stays as it was written");
      await page.reload();
      await plan.locator("[data-step=Output]").waitFor();
      await plan.getByText("As the service wrote it").click();
      await plan.locator("pre").getByText('"TableScan"').waitFor();
      await write(page, `SELECT\n  no_such_column\nFROM ${table}`);
      await page.keyboard.press("Control+Shift+Enter");
      await page.getByTestId("query-error").getByText("line 2, column 3").waitFor();
      assert.equal(await page.locator(".cm-lintRange-error").textContent(), "no_such_column");
    });
  });

  test("finds a query of before by its words and what became of it, and opens it in a tab", async () => {
    const [good, bad] = [Date.now(), Date.now() + 1].map((n) => `n${n}`);
    await as("analyst", queryPath(`SELECT 1 AS ${good}`), async (page) => {
      await textIs(page, `SELECT 1 AS ${good}`);
      await button(page, "Run").click();
      await page.getByTestId("query-facts").waitFor();
      await button(page, "New query").click();
      await write(page, `SELECT no_such_column AS ${bad} FROM (SELECT 1 AS a)`);
      await page.keyboard.press("Control+Enter");
      await page.getByTestId("query-error").or(page.getByTestId("query-facts")).waitFor();
      await page.getByRole("tab", { name: "History" }).click();
      const past = page.getByTestId("past");
      await past.nth(1).waitFor();
      await page.getByRole("searchbox", { name: "Search text and errors" }).fill(`select ${good}`);
      await page.waitForFunction(() => document.querySelectorAll("[data-testid=past]").length === 1);
      assert.match(await past.textContent(), new RegExp(good));
      await page.getByLabel("State", { exact: true }).selectOption("Cancelled");
      await page.getByText("None of your queries fits").waitFor();
      await page.getByLabel("State", { exact: true }).selectOption("Succeeded");
      await past.getByRole("link").click();
      await textIs(page, `SELECT 1 AS ${good}`);
      assert.equal(await tabs(page).count(), 2, "it is open already");
    });
  });

  const sample = "SELECT * FROM complaints_curated.complaints LIMIT 1500";
  const states = {
    "a plan": [queryPath(sample), (page) => button(page, "Show how it would run (Ctrl+Shift+Enter)").click().then(() => page.getByTestId("plan").waitFor())],
    "what a column is like": [
      queryPath(sample),
      async (page) => {
        await button(page, "Run").click();
        await page.getByRole("columnheader").first().click();
        await page.getByTestId("column-statistics").waitFor();
      },
    ],
    "values that are missing": [
      "/query?named=5a0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44",
      async (page) => {
        await page.getByTestId("values").getByLabel("limit").fill("7");
        await button(page, "Run").click();
        await page.getByText("A value is missing").waitFor();
      },
    ],
    "saved queries": ["/query?named=5a0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44", (page) => page.getByRole("tab", { name: "Saved" }).click().then(() => page.getByTestId("named-query").first().waitFor())],
    "saving": [queryPath(sample), (page) => button(page, "Save…").click().then(() => page.getByRole("dialog").getByLabel("Name").waitFor())],
    "history that is searched": [
      queryPath(sample),
      async (page) => {
        await button(page, "Run").click();
        await page.getByTestId("query-facts").waitFor();
        await page.getByRole("tab", { name: "History" }).click();
        await page.getByRole("searchbox", { name: "Search text and errors" }).fill("complaints");
        await page.getByTestId("past").first().waitFor();
      },
    ],
    "many tabs, one closed": [
      queryPath(sample),
      async (page) => {
        for (let i = 0; i < 8; i++) {
          await button(page, "New query").click();
          await write(page, `SELECT ${i} AS number_of_this_tab`);
        }
        await tabs(page).nth(2).focus();
        await page.keyboard.press("Delete");
        await button(page, "Open it again").waitFor();
      },
    ],
    "a signature": [
      queryPath("SELECT round(a, "),
      async (page) => {
        await editor(page).focus();
        await page.keyboard.press("Control+End");
        await page.locator(".cm-signatures").waitFor();
      },
    ],
  };
  for (const [name, [path, act]] of Object.entries(states)) {
    mockTest(`shows ${name} accessibly, in both schemes and at 360 pixels`, async () => {
      for (const options of [{ colorScheme: "light" }, { colorScheme: "dark", viewport: { width: 360, height: 720 } }]) {
        await as("analyst", path, async (page) => {
          await tabs(page).first().waitFor();
          await act(page);
          await page.evaluate(axe);
          const violations = await page.evaluate(async () => {
            const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
            const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: tags } });
            return violations
              .filter(({ impact }) => impact === "serious" || impact === "critical")
              .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join("\n")}`);
          });
          assert.deepEqual(violations, []);
          const width = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector("main").scrollWidth));
          assert.ok(width <= page.viewportSize().width, `${width} px wide`);
        }, options);
      }
    });
  }
});
