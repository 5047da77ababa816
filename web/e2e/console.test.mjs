// The console in Chromium, from sign-in to result. Against the mock, or with ATALAYA_URL and ATALAYA_CREDENTIALS a service.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, findChromium, isMock, mockTest, settled, signIn, startBrowser, startService, test, widthOf } from "./browser.mjs";

const chromium = findChromium();
if (chromium === undefined) console.log("No Chromium: set CHROMIUM or install Debian's chromium. The browser tests are skipped.");

describe("The console", { skip: chromium === undefined }, () => {
  let service;
  let browser;
  let governed;

  before(async () => {
    service = await startService();
    browser = await startBrowser(chromium);
    governed = await as("analyst", "/catalog", findGoverned);
  });
  after(async () => {
    await browser?.stop();
    await service?.stop();
  });

  /** Signs a person in, lets them act, and expects that the browser had nothing to complain about. */
  async function as(user, path, act, options) {
    const person = await browser.person(options);
    try {
      await signIn(person.page, service, user, path);
      const result = await act(person.page);
      assert.deepEqual(person.complaints, [], "violations of the Content Security Policy, or errors in the page");
      return result;
    } finally {
      await person.close();
    }
  }

  const datasetPath = (tab = "") => `/catalog/${governed.database}/${governed.name}${tab}`;
  const queryPath = (sql) => `/query#sql=${encodeURIComponent(sql)}`;
  const from = () => `${governed.database}.${governed.name}`;
  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const rows = (page) => page.getByRole("grid").getByRole("row");

  test("tells a wrong password, and goes where the address says after the right one", async () => {
    const person = await browser.person();
    const { page } = person;
    await page.goto(`${service.url}${datasetPath("/access")}`);
    await page.getByLabel("User").fill("analyst");
    await page.getByLabel("Password").fill("surely wrong");
    await button(page, "Sign in").click();
    await page.getByText("User and password do not match").waitFor();
    await page.getByLabel("Password").fill(service.credentials.analyst.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: governed.name }).waitFor();
    assert.equal(new URL(page.url()).pathname, datasetPath("/access"));
    await person.close();
  });

  test("keeps no secret where a script could read it later", async () => {
    await as("analyst", "/catalog", async (page) => {
      const kept = await page.evaluate(async () => {
        const session = await (await fetch("/api/v1/session")).json();
        return { token: session.csrfToken, storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]) };
      });
      assert.ok(kept.token.length >= 16);
      assert.ok(!kept.storage.includes(kept.token));
      assert.ok(!kept.storage.includes("atalaya_session"));
    });
  });

  test("sends pages with a Content Security Policy without unsafe-inline", async () => {
    const response = await fetch(`${service.url}/catalog`, { headers: { Accept: "text/html" } });
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  test("asks again in front of the page when the session has ended, and loses nothing", async () => {
    const sql = `SELECT count(*) AS n\nFROM ${from()}`;
    await as("analyst", queryPath(sql), async (page) => {
      await page.getByTestId("editor").getByText("count").waitFor();
      await page.context().clearCookies();
      await button(page, "Run").click();
      const dialog = page.getByRole("dialog", { name: "Your session has ended" });
      await dialog.waitFor();
      await dialog.getByLabel("Password").fill(service.credentials.analyst.password);
      await button(dialog, "Sign in").click();
      await dialog.waitFor({ state: "detached" });
      assert.ok(page.url().includes(encodeURIComponent(sql)));
      await button(page, "Run").click();
      await page.getByTestId("query-facts").getByText("1 row").waitFor();
    });
  });

  test("signs out", async () => {
    await as("analyst", "/catalog", async (page) => {
      await button(page, "Signed in as analyst").click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await page.getByLabel("Password").waitFor();
      assert.equal(await page.evaluate(async () => (await fetch("/api/v1/session")).status), 401);
    });
  });

  test("starts at home: what waits, what one uses and what is new, and asks for nothing that is not one's own", async () => {
    const person = await browser.person();
    const { page } = person;
    const asked = new Set();
    page.on("request", (request) => asked.add(new URL(request.url()).pathname));
    await signIn(page, service, "analyst");
    await page.getByRole("heading", { name: "What are you looking for?" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/");
    const part = (name) => page.getByRole("region", { name, exact: true });
    const fresh = part("What is new");
    await fresh.getByRole("link").nth(1).waitFor();
    for (const name of ["What waits for me", "My requests", "What I use"]) await part(name).waitFor();
    await settled(page);
    for (const path of ["/api/v1/classification/proposals", "/api/v1/pipelines", "/api/v1/reviews"]) assert.ok(!asked.has(path), path);
    const { items } = await api(page, "/datasets?sort=newest&limit=6");
    assert.deepEqual(await fresh.locator("li strong").allTextContents(), items.map(({ name }) => name));
    await page.keyboard.press("/");
    await page.keyboard.type(governed.name);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/catalog" && url.searchParams.get("q") === governed.name);
    await page.locator("[data-result] mark").first().waitFor();
    await page.getByRole("link", { name: "Atalaya, to the start" }).click();
    await page.getByRole("heading", { name: "What are you looking for?" }).waitFor();
    assert.deepEqual(person.complaints, []);
    await person.close();
  });

  test("shows at home what one has read, once a query has read it", async () => {
    await as("analyst", queryPath(`SELECT count(*) AS n FROM ${from()}`), async (page) => {
      await button(page, "Run").click();
      await page.getByTestId("query-facts").waitFor();
      await page.getByRole("link", { name: "Home", exact: true }).click();
      await page.getByRole("region", { name: "What I use" }).getByRole("link", { name: governed.name }).first().click();
      await page.getByRole("heading", { level: 1, name: governed.name }).waitFor();
    });
  });

  mockTest("tells reviewers, stewards and engineers what waits for them, and leads there", async () => {
    const waits = (page) => page.getByRole("region", { name: "What waits for me" });
    await as("auditor", "/", async (page) => {
      await waits(page).getByRole("link", { name: /^1 request waits for your decision/ }).waitFor();
      await waits(page).getByRole("link", { name: /grants to review: Complaints, autumn/ }).click();
      await page.getByRole("region", { name: "Evidence and decision" }).waitFor();
    });
    await as("steward", "/", async (page) => {
      await waits(page).getByRole("link", { name: /is late/ }).waitFor();
      await waits(page).getByRole("link", { name: "4 proposals of what columns hold" }).click();
      await page.getByText("4 open proposals").waitFor();
    });
    await as("analyst", "/", (page) => waits(page).getByText("Nothing waits for you.").waitFor());
  });

  mockTest("goes on at home when a part of it cannot be had", async () => {
    const person = await browser.person();
    const { page } = person;
    await page.route("**/api/v1/datasets/used*", (route) => route.fulfill({ status: 400, contentType: "application/problem+json", body: JSON.stringify({ title: "Bad", detail: "Not now" }) }));
    await signIn(page, service, "analyst");
    const used = page.getByRole("region", { name: "What I use" });
    await used.getByText("Not now").waitFor();
    await page.getByRole("region", { name: "What is new" }).getByRole("link").nth(1).waitFor();
    await page.unroute("**/api/v1/datasets/used*");
    await button(used, "Try again").click();
    await used.getByRole("link", { name: "complaints", exact: false }).first().waitFor();
    await person.close();
  });

  test("goes anywhere by a few letters, from any page", async () => {
    await as("analyst", "/catalog", async (page) => {
      await page.locator("[data-result]").first().waitFor();
      const palette = page.getByRole("dialog", { name: "Commands" });
      const field = palette.getByRole("combobox");
      await page.keyboard.press("Control+k");
      await field.waitFor();
      await page.keyboard.type("not");
      await palette.getByRole("option", { name: "Notifications" }).waitFor();
      await page.keyboard.press("Escape");
      await palette.waitFor({ state: "detached" });
      await page.keyboard.press("Control+k");
      await field.fill(`${governed.database}.${governed.name}`);
      await palette.getByRole("option", { name: new RegExp(`^${from()}`) }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowUp");
      assert.equal(await field.getAttribute("aria-activedescendant"), await palette.getByRole("option", { selected: true }).getAttribute("id"));
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === datasetPath());
      await palette.waitFor({ state: "detached" });
    });
    await as("analyst", "/query", async (page) => {
      await page.getByTestId("editor").click();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Go to, find or do…" }).fill("Español");
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "Consultas" }).waitFor();
      await button(page, "Comandos (Ctrl K)").click();
      await page.getByRole("option", { name: "Cerrar sesión" }).click();
      await page.getByLabel("Contraseña").waitFor();
    });
  });

  test("finds datasets by word with the match marked, by keyboard alone", async () => {
    await as("analyst", "/catalog", async (page) => {
      await page.locator("[data-result]").first().waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type(governed.name);
      await page.waitForURL((url) => url.searchParams.get("q") === governed.name);
      await page.getByTestId("catalog-count").getByText(`for “${governed.name}”`).waitFor();
      // What was found for the beginning of the word stays until the answer is there.
      await page.locator('[aria-busy="false"] [data-result] mark').first().waitFor();
      await page.keyboard.press("ArrowDown");
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-result")), "0");
      const count = await page.locator("[data-result]").count();
      await page.keyboard.press("j");
      await page.waitForFunction((last) => document.activeElement?.getAttribute("data-result") === last, String(Math.min(1, count - 1)));
      await page.keyboard.press("k");
      await page.waitForFunction(() => document.activeElement?.getAttribute("data-result") === "0");
      await page.keyboard.press("Enter");
      await page.getByTestId("access-band").waitFor();
      await page.goBack();
      await page.locator("[data-result] mark").first().waitFor();
      assert.equal(await page.getByRole("searchbox", { name: "Search datasets" }).inputValue(), governed.name);
    });
  });

  test("narrows by zone, and says so when nothing is left", async () => {
    await as("analyst", "/catalog", async (page) => {
      await page.getByRole("radio", { name: governed.zone }).check();
      await page.waitForURL((url) => url.searchParams.get("zone") === governed.zone);
      await page.getByRole("link", { name: governed.name }).first().waitFor();
      await page.goto(`${service.url}/catalog?q=no-dataset-has-this-word`);
      await page.getByText("Nothing matches").waitFor();
      await button(page, "Clear the search").click();
      await page.locator("[data-result]").first().waitFor();
    });
  });

  test("says why each was found, and forgives a typing error", async () => {
    await as("analyst", `/catalog?q=${governed.column}`, async (page) => {
      const why = page.getByTestId("why");
      await why.first().waitFor();
      const hits = await why.evaluateAll((all) => all.map((each) => each.querySelector("[data-field]")?.dataset.field));
      assert.ok(hits.every((field) => ["name", "description", "owner", "tag", "column"].includes(field)), JSON.stringify(hits));
      await page.locator("[data-result] mark").first().waitFor();
      const wrong = governed.name.replace(/[a-z]{8,}/, (word) => word.slice(0, 3) + word[4] + word[3] + word.slice(5));
      assert.notEqual(wrong, governed.name);
      await page.goto(`${service.url}/catalog?q=${wrong}`);
      await page.getByTestId("catalog-count").getByText(`Nothing has “${wrong}” in it`).waitFor();
      await page.getByRole("link", { name: governed.name }).first().locator("mark").first().waitFor();
    });
  });

  test("counts what each choice would leave, keeps the choice in the address, and lets it be taken back", async () => {
    await as("analyst", "/catalog", async (page) => {
      const facet = (name) => page.getByRole("group", { name, exact: true });
      const told = async () => Number(/[\d,.]+/.exec(await page.getByTestId("catalog-count").textContent())[0].replace(/\D/g, ""));
      const { total, database } = await api(page, "/datasets/facets");
      await facet("Database").getByRole("checkbox", { name: governed.database }).waitFor();
      const { count } = database.values.find(({ value }) => value === governed.database);
      assert.equal(await facet("Database").locator("div", { hasText: governed.database }).last().locator("span").last().textContent(), String(count));
      await facet("Database").getByRole("checkbox", { name: governed.database }).check();
      await page.waitForURL((url) => url.searchParams.get("database") === governed.database);
      await page.locator('[aria-busy="false"] [data-result]').first().waitFor();
      assert.equal(await told(), count);
      await facet("My access").getByRole("radio", { name: "may be read" }).check();
      await page.waitForURL((url) => url.searchParams.get("access") === "read");
      await page.getByRole("link", { name: governed.name }).first().waitFor();
      await page.goBack();
      await page.waitForURL((url) => url.searchParams.get("access") === null);
      await button(page, `Without ${governed.database}`).click();
      await page.waitForURL((url) => url.search === "");
      await page.getByTestId("catalog-count").getByText("that you may know of").waitFor();
      assert.equal(await told(), total);
      await page.getByLabel("Order").selectOption("newest");
      await page.waitForURL((url) => url.searchParams.get("sort") === "newest");
    });
  });

  test("keeps a search for oneself, opens it from home, and forgets it", async () => {
    const name = `Kept ${Date.now()}`;
    await as("analyst", `/catalog?q=${governed.column}&zone=${governed.zone}`, async (page) => {
      await button(page, "Keep this search").click();
      const dialog = page.getByRole("dialog", { name: "Keep this search" });
      await dialog.getByLabel("Name").fill(name);
      await button(dialog, "Keep").click();
      await dialog.waitFor({ state: "detached" });
      await page.getByTestId("saved-view").getByRole("link", { name }).waitFor();
      await page.getByRole("link", { name: "Home", exact: true }).click();
      await page.getByRole("region", { name: "Kept searches" }).getByRole("link", { name }).click();
      await page.waitForURL((url) => url.searchParams.get("q") === governed.column && url.searchParams.get("zone") === governed.zone);
    });
    await as("ds", "/catalog?q=a", async (page) => {
      await button(page, "Keep this search").waitFor();
      await settled(page);
      assert.equal(await page.getByText(name).count(), 0, "what one keeps is one's own");
    });
    await as("analyst", "/catalog", async (page) => {
      await button(page, `Forget ${name}`).click();
      await page.getByTestId("saved-view").getByRole("link", { name }).waitFor({ state: "detached" });
    });
  });

  test("leads from a tag to everything that carries it", async (context) => {
    await as("analyst", datasetPath(), async (page) => {
      await page.getByTestId("access-band").waitFor();
      const tag = page.locator("a[href^='/catalog?tag=']").first();
      if ((await tag.count()) === 0) return context.skip("the dataset has no tags");
      await tag.click();
      await page.getByRole("link", { name: governed.name }).first().waitFor();
      await page.getByRole("list", { name: "Chosen" }).getByRole("button").click();
      await page.waitForURL((url) => url.search === "");
    });
  });

  test("shows more datasets as one scrolls", async (context) => {
    await as("analyst", "/catalog", async (page) => {
      const { total } = await api(page, "/datasets?limit=1");
      if (total <= 50) return context.skip(`only ${total} datasets`);
      await page.locator("[data-result]").first().waitFor();
      await page.locator("main").evaluate((main) => main.scrollTo(0, main.scrollHeight));
      await page.locator("[data-result='55']").waitFor();
    });
  });

  test("shows each profile its own dataset page, with reasons", async () => {
    const seen = {};
    for (const user of ["analyst", "ds", "auditor"]) {
      await as(user, datasetPath(), async (page) => {
        const band = page.getByTestId("access-band");
        await band.waitFor();
        seen[user] = (await band.textContent()) + JSON.stringify(await page.locator("tr[data-column]").evaluateAll((all) => all.map((row) => row.dataset.state)));
        await band.click();
        await page.locator("[data-panel-open] ~ * li, [data-panel-open] ~ * p").first().waitFor();
      });
    }
    assert.equal(new Set(Object.values(seen)).size, 3, JSON.stringify(seen));
  });

  test("draws hidden and masked columns in their places, and says why", async () => {
    await as("analyst", datasetPath(), async (page) => {
      const kept = page.locator("tr[data-state='masked'], tr[data-state='hidden'], tr[data-state='conditional']").first();
      const name = await kept.getAttribute("data-column");
      await kept.getByRole("button").click();
      await page.waitForURL((url) => url.searchParams.get("column") === name);
      const sheet = page.getByRole("dialog", { name });
      await sheet.getByRole("heading", { name: "Why" }).waitFor();
      assert.ok((await sheet.getByRole("listitem").count()) > 0, "a column that is not plainly visible has a cause");
      await page.keyboard.press("Escape");
      await sheet.waitFor({ state: "detached" });
      assert.equal(new URL(page.url()).search, "");
      await page.getByRole("tab", { name: "Access" }).click();
      await page.getByRole("heading", { name: "Rows", exact: true }).waitFor();
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("dialog", { name }).waitFor();
    });
  });

  test("shows a sample to who may read, and to others why not", async () => {
    await as("analyst", datasetPath("/sample"), async (page) => {
      await rows(page).nth(2).waitFor();
      const { schema } = await api(page, `/datasets/${governed.database}/${governed.name}`);
      const heads = await page.getByRole("columnheader").allTextContents();
      for (const column of schema.filter(({ access }) => access.state === "hidden"))
        assert.ok(!heads.some((head) => head.startsWith(column.name)), column.name);
    });
    await as("auditor", datasetPath("/sample"), (page) => page.getByText("You may not see rows of this table").waitFor());
  });

  test("lists the snapshots of a table, and queries it as it was", async () => {
    await as("analyst", datasetPath("/snapshots"), async (page) => {
      await page.getByRole("tab", { name: "History", selected: true }).waitFor();
      await page.getByText("current", { exact: true }).waitFor();
      await page.getByRole("link", { name: /^Query as of/ }).first().click();
      await page.getByText(/FOR VERSION AS OF \d+/).waitFor();
    });
  });

  mockTest("compares two snapshots as far as each may know, and asks for the rows that differ", async () => {
    await as("ds", datasetPath("/history"), async (page) => {
      await page.getByText("labels is now called tags").first().waitFor();
      await page.getByLabel("Earlier").selectOption({ index: 4 });
      await page.getByLabel("Later").selectOption({ index: 0 });
      await button(page, "Compare").click();
      const comparison = page.getByTestId("comparison");
      await comparison.getByText("labels is now called tags").waitFor();
      await comparison.getByRole("row", { name: /^Rows/ }).waitFor();
      assert.match(page.url(), /from=\d+&to=\d+/);
      await comparison.getByRole("link", { name: "Query the rows that differ" }).click();
      await page.getByText("EXCEPT ALL").first().waitFor();
    });
    await as("analyst", datasetPath("/history"), async (page) => {
      await compareTwo(page);
      await page.getByText("How many rows and files there were is told to those who are shown every row.").waitFor();
    });
    await as("auditor", datasetPath("/history"), async (page) => {
      await compareTwo(page);
      await page.getByText("You may read no column that both of them have").waitFor();
      assert.equal(await page.getByRole("link", { name: /^Query as of/ }).count(), 0);
    });
  });

  mockTest("tells how a dataset keeps its promise and its rules, as far as each may know", async () => {
    await as("ds", datasetPath(), async (page) => {
      await page.getByRole("link", { name: "as fresh as promised · 1 of 2 rules kept" }).click();
      await page.waitForURL(/quality$/);
    });
    await as("ds", datasetPath("/quality"), async (page) => {
      await page.getByText("1 of 2 rules kept when they were last checked.").waitFor();
      const broken = page.getByTestId("rule").first();
      await broken.getByText("has-a-name: 3 of 12,480 rows").waitFor();
      await broken.getByRole("link", { name: "Its run" }).waitFor();
      await broken.getByRole("link", { name: "Query the rows put aside" }).click();
      await page.getByText("_run").first().waitFor();
    });
    await as("analyst", datasetPath("/quality"), async (page) => {
      await page.getByText("Kept: the newest commit is").waitFor();
      await page.getByText("You are not shown what its rules are about").waitFor();
      assert.equal(await page.getByTestId("rule").count(), 0);
    });
  });

  mockTest("tells how a dataset is used: who, to those who watch over it, and numbers to those who may read it", async () => {
    await as("steward", datasetPath("/usage"), async (page) => {
      await page.getByRole("row", { name: /^rosa / }).waitFor();
      await page.getByText("312 statements of 4 people").waitFor();
    });
    await as("analyst", datasetPath("/usage"), async (page) => {
      await page.getByText("312 statements of 4 people").waitFor();
      await page.getByText("Who they are is told to those who watch over the dataset.").waitFor();
      assert.equal(await page.getByText("rosa").count(), 0);
    });
    await as("auditor", "/catalog/archive_raw/delivery_001/usage", (page) => page.getByText("No statement has read it").waitFor());
  });

  mockTest("gives each file that an UNLOAD wrote", async () => {
    await as("analyst", queryPath("UNLOAD (SELECT * FROM complaints_curated.complaints) TO 's3://unloaded/complaints/' WITH (format = 'PARQUET')"), async (page) => {
      await button(page, "Run").click();
      await page.getByText("Files that were unloaded").waitFor();
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "part-2.parquet" }).click();
      assert.equal((await download).suggestedFilename(), "part-2.parquet");
    });
  });

  mockTest("finds rows that are like a text or like another row, by an address that can be sent", async () => {
    const places = "/catalog/papers_curated/places";
    await as("analyst", places, async (page) => {
      await page.getByRole("tab", { name: "Similar" }).click();
      await page.getByText("Find rows by what they mean").waitFor();
      await page.getByLabel("What to look for").fill("sparse attention");
      await page.keyboard.press("Enter");
      await page.waitForURL(/near=sparse(\+|%20)attention/);
      await page.getByText("4 rows, the nearest first").waitFor();
      assert.match(await page.getByRole("row").nth(1).innerText(), /A study of sparse attention/);
    });
    await as("analyst", `${places}/similar?vector=embedding&by=id&near=2303.00004&k=10`, async (page) => {
      await page.getByRole("row").nth(1).getByText("Counting birds").waitFor();
      assert.equal(await page.getByLabel("Its id").inputValue(), "2303.00004");
      await page.getByLabel("Its id").fill("2303.99999");
      await button(page, "Find").click();
      await page.getByText("No row with a vector has the values of 'like', or none that you may see").waitFor();
    });
    await as("auditor", places, async (page) => {
      await page.getByRole("tab", { name: "Profile" }).waitFor();
      assert.equal(await page.getByRole("tab", { name: "Similar" }).count(), 0);
    });
    await as("analyst", datasetPath(), async (page) => {
      await page.getByRole("tab", { name: "Profile" }).waitFor();
      assert.equal(await page.getByRole("tab", { name: "Similar" }).count(), 0);
    });
  });

  mockTest("changes in place what is said about a dataset, tells of a colleague's change, and keeps the history", async () => {
    const table = "/catalog/archive_curated/delivery_002";
    await as("analyst", table, async (page) => {
      await page.getByTestId("access-band").waitFor();
      assert.equal(await button(page, "Edit").count(), 0);
    });
    await as("steward", table, async (page) => {
      await button(page, "Edit").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Description").fill("Said anew.");
      await dialog.getByLabel(/in hours$/).fill("48");
      await button(dialog, "Save").click();
      await dialog.waitFor({ state: "detached" });
      await page.getByText("Said anew.").waitFor();
      await button(page, "Edit").click();
      await dialog.getByLabel("Description").fill("Said meanwhile.");
      await button(dialog, "Save").click();
      await dialog.getByText(/nothing of yours was saved/).waitFor();
      await dialog.getByText("By now it says: What a colleague says.").waitFor();
      await button(dialog, "Save").click();
      await dialog.waitFor({ state: "detached" });
      await button(page, "month").click();
      await button(page.getByRole("dialog", { name: "month" }), "Edit").click();
      await page.getByRole("dialog", { name: /the column month/ }).getByLabel("Description").fill("The month.");
      await button(page, "Save").click();
      await page.getByRole("dialog", { name: /the column month/ }).waitFor({ state: "detached" });
      await page.keyboard.press("Escape");
      await page.getByRole("tab", { name: "History" }).click();
      await page.getByRole("heading", { name: "Changes of what is said about it" }).waitFor();
      await page.getByText(/steward · column month/).waitFor();
      await page.getByText(/colleague · description/).waitFor();
      await page.getByText("2 days", { exact: true }).waitFor();
    });
  });

  mockTest("shows who certified a dataset, finds it by that, and lets stewards certify and withdraw", async () => {
    await as("steward", "/", async (page) => {
      await page.getByRole("link", { name: /The certification of complaints_consumption\.by_product_month_state ends soon/ }).click();
      await page.getByTestId("certification").getByText("Agrees with the bureau's own").waitFor();
    });
    await as("steward", datasetPath(), async (page) => {
      const shown = page.getByTestId("certification");
      await shown.getByText("Nobody has certified that it is fit for use.").waitFor();
      await button(shown, "Certify").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(/^What it is fit for/).fill("Counts agree.\nSums too.");
      await dialog.getByLabel(/^Last day/).fill(new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10));
      await button(dialog, "Certify").click();
      await dialog.waitFor({ state: "detached" });
      await shown.getByText("Counts agree.").waitFor();
      await shown.getByText(/until \d{4}-\d\d-\d\d/).waitFor();
    });
    await as("analyst", "/catalog", async (page) => {
      await page.getByRole("group", { name: "Certified" }).getByLabel("certified", { exact: true }).check();
      await page.waitForURL(/[?&]certified=yes/);
      await page.locator("[data-result]", { hasText: governed.name }).first().waitFor();
      assert.equal(await page.locator("[data-result]").count(), Number((await page.getByTestId("catalog-count").textContent()).match(/\d+/)[0]));
      await button(page.getByRole("list", { name: "Chosen" }), "Without certified").click();
      await page.waitForURL((url) => !url.search.includes("certified"));
      await page.goto(service.url + datasetPath());
      await page.getByTestId("certification").getByText("by steward").waitFor();
      assert.equal(await button(page, "Withdraw").count(), 0);
    });
    await as("steward", datasetPath(), async (page) => {
      await button(page.getByTestId("certification"), "Withdraw").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(/^Why it is not/).fill("Sums differ");
      await button(dialog, "Withdraw").click();
      await dialog.waitFor({ state: "detached" });
      await page.getByText("Nobody has certified that it is fit for use.").waitFor();
      await page.getByRole("tab", { name: "History" }).click();
      await page.getByText(/steward · withdrew that/).waitFor();
      await page.getByText("Sums differ").waitFor();
    });
  });

  mockTest("lets people talk about a dataset, tells who is mentioned, and takes back what was said", async () => {
    const table = datasetPath("/discussion");
    const said = (page, text) => page.getByTestId("comment").filter({ hasText: text });
    await as("ds", table, async (page) => {
      const field = page.getByLabel(/^Say something about/);
      assert.ok(await button(page, "Say it").isDisabled());
      await field.fill("@analyst, try `state = 'CA'` <b>or</b> see https://docs.example/a?b=1. javascript:alert(1)");
      await field.press("Control+Enter");
      const mine = said(page, "@analyst, try");
      await mine.getByRole("link", { name: "https://docs.example/a?b=1", exact: true }).waitFor();
      assert.equal(await mine.getByRole("link").count(), 1);
      assert.equal(await mine.locator("code").textContent(), "state = 'CA'");
      assert.equal(await mine.locator("b").count(), 0, "no HTML of a comment is HTML");
      assert.equal(await field.inputValue(), "");
      await button(mine, "Change").click();
      await page.getByLabel("Change").fill("Ask @analyst instead");
      await button(page, "Save").click();
      await said(page, "Ask @analyst instead").getByText(/changed/).waitFor();
      assert.equal(await button(said(page, "From the company"), "Change").count(), 0);
      assert.equal(await button(said(page, "From the company"), "Take away").count(), 0);
    });
    await as("analyst", "/notifications", async (page) => {
      await page.getByRole("link", { name: `You were mentioned in the discussion of ${from()}` }).first().click();
      await said(page, "Ask @analyst instead").waitFor();
      assert.match(page.url(), /\/discussion\?comment=\d+$/);
      assert.equal(await page.locator("[data-linked]").count(), 1);
    });
    await as("steward", table, async (page) => {
      await button(said(page, "Ask @analyst instead"), "Take away").click();
      await button(page.getByRole("dialog"), "Take away").click();
      await said(page, "Ask @analyst instead").waitFor({ state: "detached" });
      await page.getByRole("dialog").waitFor({ state: "detached" });
      assert.ok((await said(page, "").count()) >= 2);
    });
  });

  mockTest("draws a lineage of 200 tables around the one that it is about, and the lines of what is pointed at", async () => {
    for (const width of [1280, 360]) {
      await as("ds", "/catalog/archive_consumption/delivery_006/lineage", async (page) => {
        const region = page.getByTestId("graph");
        await region.getByRole("listitem").nth(199).waitFor({ state: "attached" });
        assert.equal(await region.getByRole("listitem").count(), 200);
        const inView = await region.evaluate((all) => {
          const [around, here] = [all.getBoundingClientRect(), all.querySelector("[aria-current]").getBoundingClientRect()];
          return here.left >= around.left && here.right <= around.right && here.top >= around.top && here.bottom <= around.bottom && around.height < window.innerHeight;
        });
        assert.ok(inView, `${width} px`);
        const lines = region.locator("path[data-strong]");
        await lines.nth(20).waitFor({ state: "attached" });
        const own = await lines.count();
        assert.ok(own < 60, `${own} lines`);
        await region.getByRole("link", { name: /^monthly_balance_020/ }).focus();
        await page.waitForFunction((before) => {
          const now = document.querySelectorAll("[data-testid=graph] path[data-strong]").length;
          return now > 0 && now < before;
        }, own);
        const rows = page.getByRole("region", { name: "Columns" }).getByRole("row");
        await rows.nth(100).waitFor();
        assert.equal(await rows.count(), 101);
        await page.getByRole("button", { name: /^Show all [\d,]+ rows$/ }).click();
        await rows.nth(1_000).waitFor();
      }, { viewport: { width, height: 800 } });
    }
  });

  test("draws what a dataset is made of, and follows a column", async () => {
    await as("analyst", datasetPath("/lineage"), async (page) => {
      const graph = page.getByTestId("graph");
      await graph.locator("[aria-current=true]").getByText(governed.name, { exact: true }).waitFor();
      const chooser = page.getByLabel("Follow a column");
      await chooser.selectOption({ index: 1 });
      await page.waitForURL(/column=/);
      assert.equal(await page.getByText("complaints / curate").count(), 0, "the names of a pipeline are not for analysts");
    });
  });

  test("shows what the values look like to whom they are shown", async () => {
    const answer = /There is no profile for you|Save as a file|No profile yet/;
    for (const user of ["analyst", "ds"])
      await as(user, datasetPath("/profile"), (page) => page.getByText(answer).waitFor());
  });

  test("answers what may not be known like what does not exist", async () => {
    await as("analyst", "/catalog/no_such_database/no_such_table", (page) =>
      page.getByText("There is no such dataset for you").waitFor(),
    );
  });

  test("asks for what a dataset does not show, and shows the request with its history", async () => {
    await as("analyst", datasetPath(), async (page) => {
      await page.getByRole("link", { name: "Ask for more" }).click();
      await page.getByLabel("Purpose").fill("churn model");
      await page.getByLabel("Justification").fill("The model needs it");
      await button(page, "Send the request").click();
      await page.getByTestId("request-state").getByText("in review").waitFor();
      await page.getByTestId("timeline").getByText("sent it").waitFor();
      await page.getByLabel("Comment").fill("It can wait until Monday");
      await button(page, "Say something").click();
      await page.getByTestId("timeline").getByText("It can wait until Monday").waitFor();
      await button(page, "Take back").click();
      await page.getByTestId("request-state").getByText("taken back").waitFor();
    });
  });

  test("fills the form in from a refused query", async () => {
    await as("analyst", queryPath("SELECT a.x FROM no_such_database.no_such_table a"), async (page) => {
      await button(page, "Run").click();
      await page.getByRole("link", { name: "Ask for what it needs" }).click();
      await page.waitForURL(/\/requests\/new\?/);
      assert.equal(await page.getByLabel("Dataset (database.name)").inputValue(), "no_such_database.no_such_table");
    });
  });

  mockTest("narrows a request, grants what is left, and shows what was read back", async () => {
    await as("auditor", "/requests?list=approve", async (page) => {
      await page.getByRole("link", { name: /complaints/ }).first().click();
      const preview = page.getByTestId("preview");
      await preview.getByText("If you approve all of it, ds has").waitFor();
      await preview.getByText("masked: redact numbers of 5 or more digits").waitFor();
      await preview.getByTestId("preview-consequences").getByText(/user ds gains 3 columns/).waitFor();
      await page.getByRole("checkbox", { name: "company" }).uncheck();
      await page.getByLabel("Only rows where").fill("state = 'CA'");
      await button(page, "Approve what is left").click();
      await page.getByTestId("request-state").getByText("active").waitFor();
      await page.getByTestId("timeline").getByText("- complaints_curated.complaints.company").waitFor();
      await page.getByTestId("evidence").first().locator("summary").click();
      await page.getByText("masked: redact numbers").first().waitFor();
    });
  });

  mockTest("goes through a review by keyboard and mouse, evidence first, and closes it with a report", async () => {
    await as("auditor", "/reviews", async (page) => {
      await page.getByRole("link", { name: "Complaints, autumn" }).click();
      const evidence = page.getByRole("region", { name: "Evidence and decision" });
      await evidence.getByRole("heading", { name: /^analyst/ }).waitFor();
      await evidence.getByText("11 of 20 columns used lately").waitFor();
      await button(page, "Certify").click();
      await evidence.getByRole("heading", { name: /^data-scientist/ }).waitFor();
      await page.getByLabel("Leave the 4 columns that were used").check();
      await button(page, "Narrow").click();
      await evidence.getByText("Say why.").waitFor();
      await page.getByLabel("Reason").first().fill("The rest was for a model that is done");
      await button(page, "Narrow").click();
      await evidence.getByRole("heading", { name: /^ana/ }).waitFor();
      await page.keyboard.press("j");
      await evidence.getByRole("heading", { name: /^ben/ }).waitFor();
      await evidence.getByText("never used").waitFor();
      await page.getByLabel("It is not needed").check();
      await page.getByLabel("Reason").first().fill("Never used");
      await button(page, "Revoke").click();
      for (const name of [/^data-engineer/, /^ana/]) {
        await page.getByRole("button", { name }).click();
        await evidence.getByRole("heading", { name }).waitFor();
        await button(page, "Certify").click();
        await page.getByRole("button", { name }).waitFor({ state: "detached" });
      }
      await button(page, "Close and report").click();
      await page.getByRole("link", { name: "Report (PDF)" }).waitFor();
    });
  });

  mockTest("shows a steward what columns seem to hold, and confirms it", async () => {
    await as("steward", "/classification", async (page) => {
      await page.getByText("4 open proposals").waitFor();
      await page.getByText("812 of 1,000 sampled values · 95 %").waitFor();
      await button(page, "Look at Texts that tell of people in consumer_complaint_narrative").click();
      await page.getByText("profile analyst loses consumer_complaint_narrative").waitFor();
      await button(page, "Confirm pii=high").click();
      await page.getByText("3 open proposals").waitFor();
    });
    await as("steward", datasetPath(), async (page) => {
      await button(page, "Postal codes → pii=low · zip_code").click();
      await button(page, "Dismiss").click();
      await button(page, "Postal codes → pii=low · zip_code").waitFor({ state: "detached" });
    });
    await as("analyst", datasetPath(), async (page) => {
      await settled(page);
      assert.equal(await page.getByText("Names of people").count(), 0);
    });
    await as("analyst", "/classification", (page) => page.getByText("There is no such page for you").waitFor());
  });

  test("draws when records were made, and looks closer where one drags", async () => {
    await as("auditor", "/audit", async (page) => {
      const times = page.getByTestId("times");
      const drawing = times.getByRole("img");
      await drawing.waitFor();
      const whole = await times.getByText(/records? over time/).textContent();
      const { x, y, width, height } = await drawing.boundingBox();
      await page.mouse.move(x + width * 0.99, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.8, y + height / 2);
      await page.mouse.up();
      await page.waitForURL(/from=.*until=/);
      assert.notEqual(await page.getByLabel("From").inputValue(), "");
      await button(page, "All of the time").click();
      await page.waitForURL((url) => !url.search.includes("from"));
      if (service.isMock) await times.getByText(whole ?? "").waitFor();
    });
  });

  mockTest("says how far back the audit reaches and what is held", async () => {
    await as("auditor", "/audit", async (page) => {
      await page.getByTestId("horizon").getByText(/^ ?Records up to .*2025.* were retired\.$/).waitFor();
      await page.getByRole("tab", { name: "Retention and holds" }).click();
      await page.getByTestId("retention").getByText("Records are kept for 1 year, 6 months.").waitFor();
      await page.getByTestId("retention").getByText(/held by case-7/).waitFor();
      await page.getByRole("row", { name: /case-7 table complaints_curated\.complaints · from .* A claim is pending/ }).waitFor();
      assert.equal(await page.getByRole("button", { name: /Place a hold|Release|Erase/ }).count(), 0);
    });
  });

  test("has no page that the profile cannot use", async () => {
    await as("analyst", "/audit", async (page) => {
      await page.getByText("There is no such page for you").waitFor();
      assert.equal(await page.getByRole("link", { name: "Audit" }).count(), 0);
    });
  });

  test("runs a query, and its address brings text and result back", async () => {
    await as("analyst", queryPath(`SELECT *\nFROM ${from()}\nLIMIT 20`), async (page) => {
      await page.getByTestId("editor").getByText("SELECT").waitFor();
      await page.getByRole("textbox", { name: "SQL" }).focus();
      await page.keyboard.press("Control+Enter");
      await page.waitForURL(/\/query\/[^#]+#sql=/);
      await page.getByTestId("query-facts").getByText(/^\d+ rows? ·/).waitFor();
      await page.getByTestId("access-band").waitFor();
      await rows(page).nth(1).waitFor();
      await page.reload();
      await rows(page).nth(1).waitFor();
      await page.getByTestId("editor").getByText("LIMIT").waitFor();
      await page.getByRole("grid").focus();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("tab", { name: "History" }).click();
      await page.locator("a[aria-current='true']").waitFor();
    });
  });

  const contentOf = async (download) => {
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  test("exports what one may see of a dataset, and nothing where one may see nothing", async () => {
    await as("analyst", datasetPath(), async (page) => {
      await button(page, "Export").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByTestId("access-band").waitFor();
      await dialog.getByLabel("Format").selectOption("parquet");
      const download = page.waitForEvent("download");
      await button(dialog, "Export").click();
      const file = await download;
      assert.match(file.suggestedFilename(), /\.parquet$/);
      assert.equal((await contentOf(file)).subarray(0, 4).toString(), "PAR1");
      await dialog.getByTestId("exported").getByText(/^Rows: [\d,.]+\. The file is on its way\.$/).waitFor();
    }, { acceptDownloads: true });
    await as("auditor", datasetPath(), async (page) => {
      await page.getByTestId("access-band").waitFor();
      assert.equal(await button(page, "Export").count(), 0);
    });
  });

  test("takes a result along as a file", async () => {
    await as("analyst", queryPath(`SELECT *\nFROM ${from()}\nLIMIT 20`), async (page) => {
      await button(page, "Run").click();
      await page.getByTestId("query-facts").getByText("20 rows").waitFor();
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download as CSV" }).click();
      const file = await download;
      assert.match(file.suggestedFilename(), /\.csv$/);
      assert.match((await contentOf(file)).toString(), new RegExp(governed.column));
      const other = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download as Parquet" }).click();
      const parquet = await other;
      assert.match(parquet.suggestedFilename(), /\.parquet$/);
      assert.equal((await contentOf(parquet)).subarray(0, 4).toString(), "PAR1");
      const third = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download as Arrow" }).click();
      const arrow = await third;
      assert.match(arrow.suggestedFilename(), /\.arrow$/);
      assert.equal((await contentOf(arrow)).subarray(0, 6).toString(), "ARROW1");
    }, { acceptDownloads: true });
  });

  mockTest("says to what end and in which workgroup a query asks, in the address", async () => {
    await as("analyst", queryPath(`SELECT *\nFROM ${from()}\nLIMIT 20`), async (page) => {
      await page.getByLabel("Purpose").selectOption("churn");
      await page.getByLabel("Workgroup").selectOption("reports");
      await page.waitForURL(/\?purpose=churn&workgroup=reports#sql=/);
      const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/queries"));
      await button(page, "Run").click();
      const { purpose, workgroup } = (await sent).postDataJSON();
      assert.deepEqual([purpose, workgroup], ["churn", "reports"]);
      await page.getByTestId("query-facts").getByText("20 rows").waitFor();
      assert.match(page.url(), /\?purpose=churn&workgroup=reports#sql=/);
      await page.getByLabel("Purpose").selectOption("no purpose");
      await page.waitForURL(/\?workgroup=reports#sql=/);
    });
  });

  test("draws the rows of a result, with the choice in the address and the values as a table", async () => {
    const sql = `SELECT * FROM ${from()} LIMIT 40`;
    await as("analyst", `/query?chart=histogram#sql=${encodeURIComponent(sql)}`, async (page) => {
      await page.getByTestId("editor").getByText("SELECT").waitFor();
      await button(page, "Run").click();
      await page.waitForURL(/\/query\/[^#]+\?chart=histogram#sql=/);
      const chart = page.getByTestId("chart");
      await chart.waitFor();
      assert.match(await chart.getAttribute("aria-label"), /^How often there are values of \w+, of \d+ rows?\. Most are/);
      await rows(page).nth(1).waitFor();
      await page.getByLabel("Kind").selectOption("Bars");
      await page.waitForURL((url) => url.searchParams.get("chart") === "bar" && url.hash.startsWith("#sql="));
      await page.getByRole("img", { name: /^Bars by/ }).waitFor();
      await page.reload();
      await page.getByRole("img", { name: /^Bars by/ }).waitFor();
      const painted = await chart.evaluate((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 4).join())).size;
      });
      assert.ok(painted > 3, "axes and bars are drawn");
      await page.getByText("As a table").click();
      await page.getByRole("table").getByRole("rowheader").first().waitFor();
      await button(page, "Chart").click();
      await chart.waitFor({ state: "detached" });
      assert.equal(new URL(page.url()).search, "");
    });
  });

  test("saves a chart, shares it by its address, and takes it back", async () => {
    const sql = `SELECT * FROM ${from()} LIMIT 40`;
    const title = `Chart of ${Date.now()}`;
    const shared = await as("analyst", `/query?chart=histogram#sql=${encodeURIComponent(sql)}`, async (page) => {
      await page.getByTestId("editor").getByText("SELECT").waitFor();
      await button(page, "Run").click();
      await page.getByTestId("chart").waitFor();
      await button(page, "Save the chart").click();
      const dialog = page.getByRole("dialog", { name: "Save the chart" });
      await dialog.getByLabel("Title").fill(title);
      await dialog.getByLabel("Share it").check();
      await button(dialog, "Save").click();
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      await page.getByTestId("access-band").waitFor();
      await page.getByTestId("chart").waitFor();
      await page.getByText("Yours").waitFor();
      return new URL(page.url()).pathname;
    });
    await as("ds", "/dashboards", async (page) => {
      await page.getByRole("link", { name: title }).click();
      await page.waitForURL((url) => url.pathname === shared);
      await page.getByText("Of analyst").waitFor();
      await page.getByTestId("access-band").or(page.getByText("Not for you yet")).waitFor();
      assert.equal(await button(page, "Delete").count(), 0);
    });
    await as("analyst", shared, async (page) => {
      await button(page, "Change").click();
      await page.getByRole("dialog").getByLabel("Share it").uncheck();
      await button(page.getByRole("dialog"), "Save").click();
      await page.getByText("for you alone").waitFor();
    });
    await as("ds", shared, async (page) => {
      await page.getByText("There is no such chart for you").waitFor();
    });
    await as("analyst", shared, async (page) => {
      await button(page, "Delete").click();
      await button(page.getByRole("dialog"), "Delete").click();
      await page.getByRole("heading", { level: 1, name: "Dashboards" }).waitFor();
      assert.equal(await page.getByRole("link", { name: title }).count(), 0);
    });
  });

  mockTest("draws the charts of a dashboard as each may see them, and leads from one that is closed to a request", async () => {
    await as("analyst", "/dashboards", async (page) => {
      await page.getByRole("link", { name: "Complaints", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "Complaints" }).waitFor();
      await page.getByTestId("chart").nth(2).waitFor();
      assert.equal(await page.getByTestId("tile").count(), 3, "the chart of a table that is not known is not there");
      await page.getByRole("img", { name: /^Complaints by month\. Line along month/ }).waitFor();
      assert.equal(await page.getByTestId("access-band").count(), 3);
    });
    await as("auditor", "/dashboards/complaints", async (page) => {
      const tile = page.getByTestId("tile").first();
      await tile.getByText("Not for you yet").waitFor();
      await tile.getByRole("link", { name: "Ask for what it needs" }).click();
      await page.waitForURL((url) => url.pathname === "/requests/new" && url.searchParams.get("dataset")?.startsWith("complaints_"));
    });
  });

  mockTest("shows what a model is worth, and lets who may decide roll back with a reason", async () => {
    const model = "/models/complaints_curated/product_of_narrative";
    await as("analyst", "/models", async (page) => {
      await page.getByText("better than without").first().waitFor();
      await page.getByRole("link", { name: "complaints_curated.product_of_narrative" }).click();
      await page.getByRole("heading", { name: "Confusion matrix" }).waitFor();
      await page.getByTestId("version").getByText("Not shown to you").waitFor();
      await page.getByText("A table that you may not know of").waitFor();
      assert.equal(await page.getByRole("button", { name: /Put to use|Retire/ }).count(), 0);
      await button(page, "Version 3").click();
      await page.getByText("it does not beat").waitFor();
      assert.equal(new URL(page.url()).searchParams.get("version"), "3");
    });
    await as("auditor", model, async (page) => {
      await page.getByText("You may know of it and not read its versions").waitFor();
    });
    await as("ds", model, async (page) => {
      await page.getByText("narrative", { exact: true }).first().waitFor();
      await page.getByRole("img", { name: /^drift of narrative known words\. Line along at, of 5 rows\./ }).waitFor();
      assert.equal(await button(page, "Put to use: Version 3").count(), 0, "a candidate with doubts");
      await button(page, "Put to use again: Version 1").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Reason").fill("Complaints of June are unlike those it knows");
      await button(dialog, "Put to use again").click();
      await button(page, "Retire: Version 1").waitFor();
      await button(page, "Put to use again: Version 2").waitFor();
    });
  });

  test("runs the statement at the cursor or the selection", async () => {
    const sql = `SELECT 1 AS one;\n\nSELECT 2 AS two`;
    await as("analyst", queryPath(sql), async (page) => {
      const editor = page.getByRole("textbox", { name: "SQL" });
      await page.getByTestId("editor").getByText("two").waitFor();
      await editor.focus();
      await page.keyboard.press("Control+End");
      await page.keyboard.press("Control+Enter");
      await page.waitForURL(/\/query\/[^#]+#/);
      const ran = async () => (await api(page, `/queries/${new URL(page.url()).pathname.split("/")[2]}`)).sql;
      assert.equal(await ran(), "SELECT 2 AS two");
      await page.getByTestId("query-facts").or(page.getByTestId("query-error")).waitFor();
      const before = page.url();
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("Shift+End");
      await page.keyboard.press("Control+Enter");
      await page.waitForURL((url) => url.href !== before);
      assert.equal(await ran(), "SELECT 1 AS one");
    });
  });

  test("loads a long result page by page", async (context) => {
    await as("analyst", queryPath(`SELECT * FROM ${from()} LIMIT 2500`), async (page) => {
      await page.getByTestId("editor").getByText("SELECT").waitFor();
      await button(page, "Run").click();
      const grid = page.getByRole("grid");
      await grid.waitFor();
      const total = Number(/[\d,]+/.exec(await page.getByTestId("query-facts").textContent())[0].replace(/,/g, ""));
      if (total <= 1000) return context.skip(`only ${total} rows`);
      await grid.focus();
      for (let turn = 0; turn < 20 && Number(await grid.getAttribute("aria-rowcount")) < total + 1; turn++) {
        await page.keyboard.press("Control+End");
        await page.waitForTimeout(200);
      }
      assert.equal(Number(await grid.getAttribute("aria-rowcount")), total + 1);
      assert.ok((await rows(page).count()) < 100, "only the rows in view exist");
    });
  });

  test("puts an error under the characters it is about", async () => {
    await as("analyst", queryPath(`SELECT 1;\nSELECT\n  no_such_column\nFROM ${from()}`), async (page) => {
      await page.getByTestId("editor").getByText("no_such_column").click();
      await button(page, "Run").click();
      await page.getByTestId("query-error").getByText("line 2, column 3").waitFor();
      assert.equal(await page.locator(".cm-lintRange-error").textContent(), "no_such_column");
      // A service may refuse a text before it is an execution; then there is nothing to come back to.
      if (new URL(page.url()).pathname === "/query") return;
      await page.reload();
      await page.locator(".cm-lintRange-error").getByText("no_such_column").waitFor();
    });
  });

  test("puts the error of a text that is refused at once there, too", async () => {
    await as("analyst", queryPath("SELECT 1,\n  'not closed"), async (page) => {
      await page.getByTestId("editor").getByText("closed").waitFor();
      await button(page, "Run").click();
      await page.getByTestId("query-error").getByText("line 2, column").waitFor();
      await page.locator(".cm-lintRange-error, .cm-lintPoint-error").first().waitFor();
    });
  });

  test("cancels a query that runs", async () => {
    const t = from();
    const sql = `SELECT count(*)\nFROM ${t} a CROSS JOIN ${t} b CROSS JOIN ${t} c CROSS JOIN ${t} d\nWHERE a.${governed.column} < d.${governed.column}`;
    await as("analyst", queryPath(sql), async (page) => {
      await page.getByTestId("editor").getByText("SELECT").waitFor();
      await button(page, "Run").click();
      await button(page, "Cancel").click();
      await page.getByText("The query was stopped before it ended").waitFor();
    });
  });

  test("completes tables and columns out of the catalog", async () => {
    await as("analyst", queryPath(`SELECT c. FROM ${from()} c`), async (page) => {
      await page.getByTestId("editor").getByText("SELECT").waitFor();
      await page.getByRole("textbox", { name: "SQL" }).focus();
      await page.keyboard.press("Control+Home");
      for (let i = 0; i < "SELECT c.".length; i++) await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Control+Space");
      await page.getByRole("option", { name: governed.column }).first().waitFor();
      assert.equal(await page.getByRole("option", { name: governed.hidden ?? "no hidden column" }).count(), 0);
    });
  });

  test("writes names from the tree of tables into the text", async () => {
    await as("analyst", "/query", async (page) => {
      await page.getByRole("searchbox", { name: "Filter tables" }).fill(governed.name);
      await page.getByRole("complementary").getByRole("button", { name: governed.name, exact: true }).first().click();
      await page.getByTestId("editor").getByText(governed.name).waitFor();
    });
  });

  test("pauses a pipeline and lets it be started again", async () => {
    await as(service.credentials.de === undefined ? "ds" : "de", "/pipelines", async (page) => {
      await button(page, "complaints").click();
      await button(page, "Pause").click();
      await page.getByText("Nothing starts it but").waitFor();
      await button(page, "Let triggers start it again").click();
      await button(page, "Pause").waitFor();
    });
  });

  mockTest("tells what became of the files that came, and leaves one alone or tries it again", async () => {
    await as("de", "/pipelines?pipeline=complaints", async (page) => {
      const files = page.getByTestId("deliveries");
      await files.locator("summary").click();
      const refused = files.getByRole("row").filter({ hasText: "complaints_2024.csv.gz" });
      await refused.getByText("map it in 'columns'").waitFor();
      await files.getByRole("row", { name: /complaints_2023_ddmmyyyy\.csv\.gz.*12,480.*3/ }).waitFor();
      await button(page, "Leave alone: complaints_2024.csv.gz").click();
      await refused.getByText("by de").waitFor();
      assert.equal(await button(page, "Leave alone: complaints_2024.csv.gz").count(), 0);
      await files.getByLabel("State").selectOption({ label: "landed" });
      await refused.waitFor({ state: "detached" });
      await files.getByLabel("State").selectOption({ label: "refused" });
      await button(page, "Try in the next run: complaints_2024.csv.gz").click();
      await files.getByText("No file is in this state.").waitFor();
    });
    await as("de", "/pipelines?pipeline=readings", async (page) => {
      await page.getByText("Backfills").first().waitFor();
      assert.equal(await page.getByTestId("deliveries").count(), 0, "only of a pipeline to which files are delivered");
    });
  });

  mockTest("says how many messages wait for a pipeline, and opens it to its newest run and how long runs took", async () => {
    await as("de", "/pipelines", async (page) => {
      const backlog = page.getByTestId("backlog");
      await backlog.getByText("1,284 messages wait to be loaded").waitFor();
      await backlog.getByText("did not answer in time").waitFor();
      assert.equal(await backlog.count(), 1, "only of a pipeline that reads streams");
      const parallel = page.getByRole("listitem").filter({ has: page.getByText("by_month", { exact: true }) }).last();
      assert.match((await parallel.textContent()) ?? "", /by_monthby_company/, "what waits for the same stage stands together");
      await button(page, "complaints").click();
      await page.getByTestId("run-bars").locator("a").nth(5).waitFor();
      await page.getByRole("region", { name: "The latest run" }).getByRole("link", { name: /^clean/ }).click();
      await page.waitForURL(/\/runs\/.*\?stage=clean$/);
      await page.getByTestId("stage").waitFor();
    });
  });

  mockTest("draws a run, shows what a stage did and put aside, and does it again", async () => {
    await as("ds", "/pipelines", async (page) => {
      await page.getByRole("row", { name: /succeeded/ }).first().getByRole("link").click();
      const graph = page.getByTestId("graph");
      await graph.getByRole("link", { name: /^tell/ }).waitFor();
      assert.equal(await graph.getByRole("listitem").count(), 7);
      await page.getByTestId("gained").getByText("214 → 4").waitFor();
      await graph.getByRole("link", { name: /^land/ }).click();
      assert.match(page.url(), /\?stage=land$/);
      await button(page, "Show the rows").click();
      await page.getByTestId("quarantined").getByText("'2023-02-30' is no date").waitFor();
      await page.getByRole("log").getByText("header found on line 1").waitFor();
      assert.equal(await page.getByRole("log").getByText("merged by complaint_id").count(), 0);
      await page.reload();
      await button(page, "Do again from land").click();
      await page.getByText("running", { exact: true }).first().waitFor();
    });
  });

  mockTest("runs a pipeline for each day of a range, and shows and steers the days together", async () => {
    await as("ds", "/pipelines?pipeline=complaints", async (page) => {
      const group = page.getByTestId("backfill").last();
      await group.getByText("27").waitFor();
      await button(group, "Days").click();
      await group.getByRole("listitem").nth(30).waitFor();
      await button(group, "Cancel what is left").click();
      await button(group, "Go on with what failed").waitFor();
      await page.getByLabel("First day").fill("2026-03-01");
      await page.getByLabel("Last day").fill("2026-03-03");
      await button(page, "Run each day").click();
      await page.getByText("2026-03-01 to 2026-03-03").waitFor();
    });
  });

  mockTest("tells what a run would do, and why it would fail", async () => {
    await as("ds", "/pipelines?pipeline=complaints", async (page) => {
      await button(page, "Dry run").click();
      const plan = page.getByTestId("dry-run");
      await plan.getByText("complaints_curated.complaints").first().waitFor();
      await plan.getByText("Nothing was read or written").waitFor();
      await button(plan, "Close").click();
      await plan.waitFor({ state: "detached" });
    });
  });

  mockTest("draws what each rule of a check measured, and lists it run by run", async () => {
    await as("ds", "/pipelines?pipeline=complaints", async (page) => {
      const checks = page.getByTestId("checks");
      await checks.locator("summary").click();
      const rule = checks.getByTestId("rule").first();
      await rule.getByRole("img").waitFor();
      await button(rule, "Run by run").click();
      await rule.getByRole("row").nth(1).getByRole("link").waitFor();
    });
  });

  mockTest("goes on with a run where it failed, and cancels it", async () => {
    await as("ds", "/pipelines", async (page) => {
      await page.getByRole("row", { name: /failed/ }).first().getByRole("link").click();
      await button(page, "Go on at check_dates").click();
      await button(page, "Cancel the run").click();
      await page.getByText("cancelled", { exact: true }).first().waitFor();
    });
  });

  test("keeps the language and the colours one chose", async () => {
    await as("analyst", "/catalog", async (page) => {
      await button(page, "Language: EN").click();
      await page.getByRole("menuitemradio", { name: "Español" }).click();
      await page.getByRole("heading", { name: "Catálogo" }).waitFor();
      await button(page, "Colores").click();
      await page.getByRole("menuitemradio", { name: "Oscuro" }).click();
      await page.reload();
      await page.getByRole("heading", { name: "Catálogo" }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), "es");
      const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      assert.ok(Math.max(...ground.match(/\d+/g).map(Number)) < 64, `dark: ${ground}`);
    });
  });

  const openStage = async (page) => {
    await page.getByRole("row", { name: /succeeded/ }).first().getByRole("link").click();
    await page.getByTestId("graph").getByRole("link", { name: /^land/ }).click();
    await button(page, "Show the rows").click();
    await page.getByTestId("quarantined").waitFor();
  };

  const openPalette = (text) => async (page) => {
    await button(page, "Commands (Ctrl K)").click();
    await page.getByRole("combobox", { name: "Go to, find or do…" }).fill(text);
    await page.locator("[role=listbox][aria-busy=false]").waitFor();
  };

  const compareTwo = async (page) => {
    await page.getByRole("link", { name: /^Compare with the one before: / }).first().click();
    await page.getByTestId("comparison").waitFor();
  };

  const places = () => [
    ["analyst", "/"],
    ["auditor", "/"],
    ["ds", "/", openPalette("")],
    ["analyst", "/catalog", openPalette("comp")],
    ["analyst", "/catalog"],
    ["analyst", `/catalog?q=${governed.column}&zone=${governed.zone}`, (page) => page.getByTestId("why").first().waitFor()],
    ["analyst", datasetPath()],
    ["analyst", datasetPath("/sample")],
    ["analyst", datasetPath("/history")],
    ["analyst", datasetPath("/usage")],
    ...(isMock ? [["analyst", "/catalog/papers_curated/places/similar?near=sparse+attention", (page) => page.getByText("4 rows, the nearest first").waitFor()]] : []),
    ["ds", datasetPath("/quality")],
    ["analyst", datasetPath("/quality")],
    ["analyst", datasetPath("/lineage")],
    ["ds", datasetPath("/profile")],
    ["analyst", datasetPath("/access")],
    ["analyst", "/query"],
    ["analyst", queryPath(`SELECT * FROM ${from()} LIMIT 50`), (page) => button(page, "Run").click().then(() => rows(page).nth(1).waitFor())],
    ["analyst", `/query?chart=bar#sql=${encodeURIComponent(`SELECT * FROM ${from()} LIMIT 50`)}`, (page) => button(page, "Run").click().then(() => page.getByTestId("chart").waitFor())],
    ["analyst", "/dashboards"],
    ["analyst", "/requests"],
    ["analyst", `/requests/new?dataset=${from()}&columns=${governed.column}`],
    ["auditor", "/reviews"],
    ["auditor", "/reviews?view=unused"],
    ["auditor", "/reviews/new"],
    ["ds", "/pipelines"],
    ["auditor", "/audit"],
    ["auditor", "/audit?part=people"],
    ["analyst", datasetPath("/discussion")],
    ["analyst", datasetPath(), (page) => button(page, "Export").click().then(() => page.getByRole("dialog").getByLabel("Format").waitFor())],
    ...(isMock ? [["ds", "/catalog/archive_consumption/delivery_006/lineage"], ["steward", "/catalog/complaints_consumption/by_product_month_state"], ["steward", datasetPath(), (page) => button(page, "Certify").click().then(() => page.getByRole("dialog").getByLabel(/^What it is fit for/).waitFor())], ["analyst", "/catalog?certified=yes"], ["ds", datasetPath("/discussion?comment=1"), (page) => button(page, "Change").first().click()], ["analyst", "/notifications"], ["analyst", "/dashboards/complaints", (page) => page.getByTestId("chart").nth(2).waitFor()], ["auditor", "/dashboards/complaints"], ["ds", "/models"], ["ds", "/models/complaints_curated/product_of_narrative", (page) => page.getByRole("heading", { name: "Confusion matrix" }).waitFor()], ["analyst", "/charts/8e0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44", (page) => page.getByTestId("chart").waitFor().then(() => page.getByText("As a table").click())], ["steward", "/classification"], ["ds", datasetPath("/history"), compareTwo], ["steward", datasetPath("/usage"), (page) => page.getByRole("row", { name: /^rosa / }).waitFor()], ["steward", datasetPath(), (page) => button(page, "Edit").click().then(() => page.getByRole("dialog").getByLabel("Description").waitFor())], ["steward", datasetPath()], ["ds", "/pipelines", openStage], ["ds", "/pipelines?pipeline=complaints", (page) => button(page.getByTestId("backfill").last(), "Days").click()]] : []),
  ];

  for (const colorScheme of ["light", "dark"]) {
    test(`has no serious accessibility violation in the ${colorScheme} scheme`, async () => {
      const guest = await browser.person({ colorScheme });
      await guest.page.goto(service.url);
      await guest.page.getByLabel("User").waitFor();
      await accessible(guest.page, "sign in");
      await guest.close();
      for (const [user, path, act] of places()) {
        await as(user, path, async (page) => {
          await settled(page);
          await act?.(page);
          await accessible(page, path);
        }, { colorScheme });
      }
    });
  }

  test("has on a narrow screen four places whole, and a menu of the others", async () => {
    await as("admin", "/", async (page) => {
      const bar = page.getByRole("navigation", { name: "Pages" });
      const seen = await bar.locator("a:visible, button:visible").evaluateAll((all) => all.map((each) => ({ text: each.textContent, right: each.getBoundingClientRect().right, cut: each.scrollWidth > each.clientWidth })));
      assert.equal(seen.length, 5);
      assert.ok(seen.every(({ right, cut }) => right <= 360 && !cut), JSON.stringify(seen));
      await bar.getByRole("button", { name: "More" }).press("Enter");
      await page.getByRole("menuitem", { name: "Administration" }).press("Enter");
      await page.getByRole("heading", { level: 1, name: "Administration" }).waitFor();
    }, { viewport: { width: 360, height: 720 } });
  });

  test("fits 360 pixels without scrolling sideways", async () => {
    for (const [user, path, act] of places()) {
      await as(user, path, async (page) => {
        await settled(page);
        await act?.(page);
        const width = await widthOf(page);
        assert.ok(width <= 360, `${path} is ${width} px wide`);
      }, { viewport: { width: 360, height: 720 } });
    }
  });

  async function api(page, path) {
    return page.evaluate(async (path) => (await fetch(`/api/v1${path}`)).json(), path);
  }

  /** A table that the analyst may read in part: what the tests ask about. */
  async function findGoverned(page) {
    const { items } = await api(page, "/datasets?limit=200");
    const readable = items.filter(({ access }) => access.select);
    const found = readable.find(({ access }) => access.masked + access.hidden + access.conditional > 0) ?? readable[0];
    assert.ok(found, "the analyst may read no dataset");
    const { schema } = await api(page, `/datasets/${found.database}/${found.name}`);
    return {
      ...found,
      column: schema.find(({ access }) => access.state === "visible").name,
      hidden: schema.find(({ access }) => access.state === "hidden")?.name,
    };
  }
});
