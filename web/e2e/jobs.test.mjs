// The jobs that people come with, each from sign-in to its result by what is on the screen alone, in every language of the
// console. Against the mock, or with ATALAYA_URL and ATALAYA_CREDENTIALS a service that has the example complaints.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, findChromium, isMock, mockTest, settled, signIn, startBrowser, startService, test } from "./browser.mjs";
import { languages, leftInEnglish, saidInEnglish, wordsOf } from "./words.mjs";

const chromium = findChromium();
const complaints = "complaints_curated.complaints";
const delivered = "complaints_raw.complaints";
const monthly = /complaints_consumption\.\w*by_product_month_state/;

/** Who comes, for what, and how they do it; `onMock` for what the example has not, or would feel afterwards. */
const jobs = [
  {
    who: "analyst",
    job: "finds a dataset, queries it, draws it, and asks for more of another in one click",
    async does({ page, passes, search, find, open, press, reads, write }) {
      await passes("home");
      await search("month product state");
      await page.getByTestId("why").first().waitFor();
      await passes("what was found");
      await find(monthly);
      await reads("band.allRows");
      await passes("a dataset that is open");
      await open("dataset.query");
      await press("query.run");
      await page.getByRole("gridcell").first().waitFor();
      await passes("a result");
      await press("chart.show");
      await page.getByTestId("chart").waitFor();
      await passes("a chart");

      await search(complaints);
      await find(complaints);
      await page.getByTestId("access-band").click();
      await reads("band.masked");
      await passes("a dataset of which some is masked");
      await open("dataset.request");
      assert.equal(await page.locator("main input").first().inputValue(), complaints);
      assert.match(await page.locator("main textarea").first().inputValue(), /zip_code/);
      await passes("the form of a request, filled in");
      await write("requests.purpose", "churn model");
      await write("request.justification", "Topics of complaints predict who leaves");
      await press("request.form.send");
      await reads("request.state.IN_REVIEW");
      await passes("a request");
      await press("request.withdraw");
      await reads("request.state.WITHDRAWN");
    },
  },
  {
    who: "ds",
    job: "explores curated data behind pseudonyms, and follows a model to what it was trained on",
    async does({ page, say, passes, go, find, tab, see, reads }) {
      await go("place.catalog");
      await page.getByRole("radio", { name: say("zone.curated") }).check();
      await find(complaints);
      await reads("band.masked");
      await passes("the columns");
      await tab("dataset.tab.sample");
      await page.getByRole("gridcell").first().waitFor();
      await passes("a sample");
      await tab("dataset.tab.profile");
      await page.getByRole("tabpanel").getByRole("rowheader", { name: /^product/ }).first().waitFor();
      await passes("a profile");
      await tab("dataset.tab.lineage");
      await page.getByRole("tabpanel").getByRole("link", { name: /by_product_month_state/ }).first().waitFor();
      await passes("a lineage");
      await go("place.models");
      await page.getByRole("link", { name: /product_of_narrative/ }).first().click();
      for (const part of ["models.measures", "models.confusion", "models.madeOf"]) await see(part);
      await passes("a model");
      await page.getByTestId("version").getByRole("link", { name: complaints }).click();
      await page.getByRole("heading", { level: 1, name: "complaints" }).waitFor();
      await passes("the data that it was trained on");
    },
  },
  {
    who: "ds",
    job: "trains a model, which registers itself as a candidate, and puts it to use",
    onMock: true,
    async does({ page, say, passes, go, press, see, reads, write }) {
      await go("place.pipelines");
      await page.getByRole("button", { name: "narratives" }).click();
      await passes("a pipeline that trains");
      await press("pipelines.run");
      await see("run.log");
      await reads("run.succeeded");
      await passes("a run that trained");
      await go("place.models");
      await page.getByRole("link", { name: /product_of_narrative/ }).first().click();
      const newest = page.getByRole("region", { name: say("models.versions") }).getByRole("row").nth(1);
      await newest.getByText(say("models.stage.candidate")).waitFor();
      await newest.getByRole("button", { name: say("models.promote") }).click();
      await write("models.reason", "It knows more of them");
      await passes("a decision about a model");
      await page.getByRole("dialog").getByRole("button", { name: say("models.promote"), exact: true }).click();
      await newest.getByText(say("models.stage.champion")).waitFor();
      await passes("a model in use");
    },
  },
  {
    who: "de",
    job: "registers a dataset, says what it is, finds it in the catalog, gives it to somebody and takes it back",
    async does({ page, say, passes, go, press, search, find, reads, type, runs, write, tab, made }) {
      const table = `complaints_curated.${made}`;
      await go("place.query");
      await type(`CREATE TABLE ${table} AS SELECT product, state FROM ${complaints}`);
      await runs();
      await passes("a statement that made a table");
      await search(table);
      await find(table);
      await reads("dataset.noDescription");
      await press("edit.do");
      await write("edit.text", "Products by state, for the quarterly letter");
      await passes("what is said about it");
      await press("edit.save");
      await page.getByText("Products by state, for the quarterly letter").first().waitFor();
      await tab("dataset.tab.access");
      await press("pass.do");
      await page.getByRole("dialog").getByLabel(say("policies.grant.to"), { exact: true }).fill("analyst");
      await passes("what is passed on");
      await page.getByRole("dialog").getByRole("button", { name: say("pass.do"), exact: true }).click();
      await page.getByTestId("passed-on").getByText("SELECT").waitFor();
      await passes("why it is seen");
      await page.getByRole("button", { name: `${say("policies.takeBack")} analyst` }).click();
      await passes("what is taken back");
      await page.getByRole("dialog").getByRole("button", { name: say("policies.takeBack"), exact: true }).click();
      await page.getByTestId("given").waitFor({ state: "detached" });
      await go("place.query");
      await type(`DROP TABLE ${table}`);
      await runs();
    },
  },
  {
    who: "de",
    job: "sees which stage failed and why, and goes on there",
    onMock: true,
    async does({ page, say, passes, go, press, reads }) {
      await go("place.pipelines");
      await passes("pipelines and their runs");
      await page.getByRole("row").filter({ hasText: say("run.failed") }).first().getByRole("link").click();
      await page.getByTestId("graph").getByRole("link", { name: /^check_dates/ }).click();
      await page.getByTestId("stage").getByText(/date_sent before date_received/).first().waitFor();
      await passes("a stage that failed");
      await press("run.resumeAt", { stage: "check_dates" });
      await reads("run.running");
      await press("run.cancel");
      await reads("run.cancelled");
    },
  },
  {
    who: "de",
    job: "runs a pipeline, opens what a stage did, and has it done again from there",
    async does({ page, say, passes, go, press, see }) {
      await go("place.pipelines");
      await page.getByRole("button", { name: "complaints", exact: true }).click();
      await press("dryRun.try");
      await page.getByTestId("dry-run").waitFor();
      await passes("what a run would do");
      await page.getByRole("row").filter({ hasText: say("run.succeeded") }).first().getByRole("link").first().click();
      await see("run.log");
      await passes("a run");
      await page.getByTestId("graph").getByRole("link").first().click();
      await page.getByTestId("stage").getByRole("button", { name: say("run.again", {}) }).waitFor();
      await passes("a stage");
    },
  },
  {
    who: "steward",
    job: "classifies a column after its consequences were seen",
    async does({ page, say, passes, open, press, see, service }) {
      await page.getByRole("link", { name: say("home.toClassify") }).click();
      await page.getByRole("button", { name: say("classification.look") }).first().click();
      await see("classification.consequences");
      await page.getByRole("dialog").getByText(say("classification.consequences.none")).or(page.getByRole("dialog").getByRole("listitem").first()).first().waitFor();
      await passes("a proposal with its consequences");
      if (service.isMock) await page.getByRole("dialog").getByRole("button", { name: say("classification.confirm") }).click();
      else await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    },
  },
  {
    who: "steward",
    job: "sees what a request would come to, approves it to an earlier end, and ends it",
    async does({ page, say, passes, go, tab, press, reads, write, meet }) {
      await meet("analyst", async (hers) => {
        await hers.search(complaints);
        await hers.find(complaints);
        await hers.open("dataset.request");
        await hers.write("requests.purpose", "letters");
        await hers.write("request.justification", "To write to those who complained");
        await hers.press("request.form.send");
        await hers.reads("request.state.IN_REVIEW");
      });
      await go("place.requests");
      await tab("requests.list.approve");
      await page.getByRole("row").filter({ hasText: "letters" }).last().getByRole("link").first().click();
      await page.getByTestId("preview").waitFor();
      await passes("what an approval would come to");
      await write("request.end", new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
      await press("request.approveNarrowed");
      await reads("request.state.ACTIVE");
      await passes("a request that was approved");
      await write("request.comment", "It was for one letter");
      await press("request.revoke");
      await reads("request.state.REVOKED");
    },
  },
  {
    who: "steward",
    job: "certifies a dataset, and withdraws that",
    async does({ page, say, passes, search, find, press, reads, write }) {
      await search(complaints);
      await find(complaints);
      await press("certify.do");
      await write("certify.note", "Agrees with the bureau's own figures");
      await passes("a certification");
      await page.getByRole("dialog").getByRole("button", { name: say("certify.do"), exact: true }).click();
      await page.getByTestId("certification").getByText("Agrees with the bureau's own figures").waitFor();
      await passes("a dataset that is certified");
      await press("certify.withdraw");
      await write("certify.withdraw.note", "A file came late");
      await page.getByRole("dialog").getByRole("button", { name: say("certify.withdraw"), exact: true }).click();
      await reads("certify.none");
    },
  },
  {
    who: "auditor",
    job: "sees who had what, checks a record, takes the records along, and looks for grants that nobody uses",
    async does({ page, say, passes, go, press, see, tab, reads, write }) {
      await go("place.audit");
      await passes("the records");
      await write("audit.principal", "analyst");
      await press("audit.apply");
      await page.waitForURL(/principal=analyst/);
      await page.getByRole("table").getByRole("button").first().click();
      await see("audit.proof");
      await press("audit.proof.show");
      if (!isMock) await reads("audit.proof.holds");
      await passes("a record with its proof");
      await page.keyboard.press("Escape");
      await press("audit.export");
      const download = page.waitForEvent("download");
      await press("audit.export.start");
      assert.match((await download).suggestedFilename(), /^audit-\d+\.zip$/);
      await reads("audit.export.done");
      await passes("an export");
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await go("place.reviews");
      await passes("reviews");
      await tab("reviews.view.unused");
      await reads("reviews.report.unused");
      await passes("grants that nobody uses");
    },
  },
  {
    who: "auditor",
    job: "reviews a grant with the evidence of its use before the decision",
    onMock: true,
    async does({ page, say, passes, go, see, press }) {
      await go("place.reviews");
      await page.getByRole("link", { name: "Complaints, autumn" }).click();
      await page.getByRole("region", { name: say("reviews.evidence") }).getByText(say("reviews.use.columns", {})).first().waitFor();
      await page.getByRole("form", { name: say("reviews.decide") }).waitFor();
      await passes("a grant with its evidence");
      const first = await page.getByRole("region", { name: say("reviews.evidence") }).getByRole("heading").first().textContent();
      await press("reviews.do.certify");
      await page.waitForFunction((was) => document.querySelector("main section h2")?.textContent !== was, first);
      await passes("the next grant");
    },
  },
  {
    who: "admin",
    job: "lets somebody in with a profile whose consequences were seen, and looks how the service is",
    async does({ page, say, passes, go, press, tab, reads, see, write, made }) {
      await go("place.administration");
      await passes("who may sign in");
      await press("user.new");
      await page.getByLabel(say("user.name"), { exact: true }).fill(made);
      await page.getByLabel(say("user.kind")).selectOption("service");
      await passes("a new user");
      await press("user.make");
      await page.getByRole("heading", { level: 1, name: made }).waitFor();
      await passes("a user");
      await press("policies.member.give");
      await page.getByRole("dialog").getByLabel(say("policies.profile.name")).selectOption("auditor");
      await press("policies.showConsequences");
      await page.getByTestId("consequences").waitFor();
      await passes("what a profile brings");
      await press("policies.save");
      await page.getByRole("region", { name: say("user.profiles") }).getByText("auditor").waitFor();
      await press("user.disable");
      await page.getByRole("dialog").getByRole("button", { name: say("user.disable"), exact: true }).click();
      await reads("user.ended");
      await go("place.administration");
      await tab("administration.health");
      await reads("health.up");
      await passes("how the service is");
      for (const part of ["workgroups", "sources", "storage", "maintenance"]) {
        await tab(`administration.${part}`);
        await passes(part);
      }
    },
  },
];

for (const { language, locale } of languages) {
  describe(`The jobs, in ${language}`, { skip: chromium === undefined }, () => {
    const say = wordsOf(language);
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

    /** Signs somebody in, lets them do their job, and expects that the browser had nothing to complain about. */
    async function as(user, does) {
      const { page, complaints, close } = await browser.person({ locale });
      try {
        await signIn(page, service, user);
        await does(handsOf(page, say, language));
        assert.deepEqual(complaints, [], "violations of the Content Security Policy, or errors in the page");
      } finally {
        await close();
      }
    }

    for (const each of jobs) {
      (each.onMock === true ? mockTest : test)(`${each.who} ${each.job}`, async () => {
        const made = `made_${language}_${jobs.indexOf(each) + 1}_${Date.now()}`;
        await as(each.who, (hands) => each.does({ ...hands, service, made, meet: as }));
      });
    }

    test("a newcomer finds a dataset, is refused a query, asks for access and sees it approved", async () => {
      const user = isMock ? "ds" : await letIn();
      try {
        await as(user, async ({ page, passes, search, find, type, press, open, go, reads, write }) => {
          await search("complaints");
          await find(complaints);
          await open("dataset.query");
          await press("query.run");
          await page.getByRole("gridcell").first().waitFor();
          await search("raw complaints");
          await find(delivered);
          await reads("band.none");
          await passes("a dataset that is closed");
          await go("place.query");
          await type(`SELECT product FROM ${delivered} LIMIT 20`);
          await press("query.run");
          await page.getByTestId("query-error").waitFor();
          await passes("a query that was refused");
          await open("query.request");
          await write("requests.purpose", "letters");
          await write("request.justification", "To see what was delivered before it was cleaned");
          await press("request.form.send");
          await reads("request.state.IN_REVIEW");
          await passes("a request that waits");

          // What has just been delivered takes its owner and whoever answers for safety.
          for (const approver of isMock ? ["de"] : ["de", "admin"]) {
            await as(approver, async (theirs) => {
              await theirs.go("place.requests");
              await theirs.tab("requests.list.approve");
              await theirs.page.getByRole("row").filter({ hasText: user }).last().getByRole("link").first().click();
              await theirs.page.getByTestId("preview").waitFor();
              await theirs.press("request.approve");
              await theirs.page.getByTestId("preview").waitFor({ state: "detached" });
            });
          }

          await go("place.requests");
          await page.getByRole("link", { name: delivered }).first().click();
          await reads("request.state.ACTIVE");
          await passes("a request that was approved");
          if (isMock) return;
          await go("place.query");
          await press("query.run");
          await page.getByRole("gridcell").first().waitFor();
          await go("place.requests");
          await page.getByRole("link", { name: delivered }).first().click();
          await write("request.comment", "Seen what was to be seen");
          await press("request.revoke");
          await reads("request.state.REVOKED");
        });
      } finally {
        if (!isMock) await letOut(user);
      }
    });

    /** Somebody who has never been here, with the profile of data scientists. */
    async function letIn() {
      const name = `newcomer-${language}-${Date.now()}`;
      const password = `${name}-${Math.random()}`;
      service.credentials[name] = { password };
      await asAdmin("POST", "/users", { name, displayName: name, kind: "human", password, profiles: ["data-scientist"] });
      return name;
    }

    const letOut = (name) => asAdmin("DELETE", `/users/${name}`);

    async function asAdmin(method, path, body) {
      const answer = await fetch(`${service.url}/api/v1${path}`, {
        method,
        headers: { Authorization: `Bearer ${service.credentials.admin.token}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    }
  });
}

describe("The pages of a profile", { skip: chromium === undefined || isMock }, () => {
  for (const user of [...new Set(jobs.map(({ who }) => who))]) {
    test(`ask for nothing that the service refuses ${user}`, async () => {
      const service = await startService();
      const browser = await startBrowser(chromium);
      try {
        const { page, complaints: heard } = await browser.person();
        await signIn(page, service, user);
        const refused = [];
        page.on("response", (response) => {
          const { pathname } = new URL(response.url());
          if (response.status() >= 400 && pathname.startsWith("/api/")) refused.push(`${response.status()} ${response.request().method()} ${pathname} on ${new URL(page.url()).pathname}`);
        });
        const places = await page.locator("nav [data-place]").evaluateAll((all) => all.map((each) => each.getAttribute("href")));
        for (const place of [...places, "/me", "/notifications", `/catalog/${complaints.replace(".", "/")}`, "/models/complaints_curated/product_of_narrative"]) {
          if (place.startsWith("/models/") && !places.includes("/models")) continue;
          await page.goto(service.url + place);
          await settled(page);
          await page.waitForLoadState("networkidle");
          const tabs = place === "/query" ? 0 : await page.getByRole("tab").count();
          for (let tab = 1; tab < tabs; tab++) {
            await page.getByRole("tab").nth(tab).click();
            await settled(page);
            await page.waitForLoadState("networkidle");
          }
        }
        assert.deepEqual(refused, []);
        assert.deepEqual(heard, []);
      } finally {
        await browser.stop();
        await service.stop();
      }
    });
  }
});

/** What somebody does at the console, said in its own words: no addresses, and nothing that is not on the screen. */
function handsOf(page, say, language) {
  const named = (role) => (key, values) => page.getByRole(role, { name: say(key, values), exact: true }).first().click();
  return {
    page,
    say,
    /** A button, also one that goes on in a dialog and therefore ends in dots. */
    press: (key, values) => {
      const name = say(key, values);
      const button = (text) => page.getByRole("button", { name: text, exact: true });
      return (typeof name === "string" ? button(name).or(button(`${name}…`)) : button(name)).first().click();
    },
    open: named("link"),
    tab: named("tab"),
    go: (key) => page.getByRole("navigation", { name: say("frame.places") }).getByRole("link", { name: say(key), exact: true }).click(),
    write: (key, text) => page.getByLabel(say(key), { exact: true }).first().fill(text),
    reads: (key, values) => page.getByText(say(key, values)).first().waitFor(),
    see: (key) => page.getByRole("heading", { name: say(key), exact: true }).first().waitFor(),
    async search(text) {
      await page.getByRole("searchbox", { name: say("frame.search") }).fill(text);
      await page.keyboard.press("Enter");
      await page.getByTestId("catalog-count").getByText(text).waitFor();
      await page.locator('[aria-busy="false"] [data-result]').first().waitFor();
    },
    find: (dataset) => page.locator("[data-result]").filter({ hasText: dataset }).first().click(),
    /** Until it is there alone: the text that a tab was left with may come a moment after the page. */
    async type(sql) {
      const editor = page.getByRole("textbox", { name: say("query.editor") });
      for (let shown = ""; shown !== sql; shown = await editor.innerText()) {
        await editor.focus();
        await page.keyboard.press("Control+a");
        await page.keyboard.press("Delete");
        await page.keyboard.insertText(sql);
        await page.waitForTimeout(100);
      }
    },
    /** Runs what is in the editor to its end; what the tab showed before is not that. */
    async runs() {
      const before = page.url();
      await page.getByRole("button", { name: say("query.run"), exact: true }).click();
      await page.waitForURL((url) => url.href !== before);
      await page.getByText(say("query.done"), { exact: true }).or(page.getByTestId("query-facts")).first().waitFor();
    },
    /** Looks at the page as it is: accessible, and in this language. */
    async passes(where) {
      await settled(page);
      await accessible(page, where);
      if (language !== "en") assert.deepEqual(await leftInEnglish(page, language), [], where);
      if (language === "es" && !isMock) assert.deepEqual(await saidInEnglish(page), [], where);
    },
  };
}
