// The administration and the page about oneself, in Chromium against the mock.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, findChromium, mockTest, settled, signIn, startBrowser, startService, widthOf } from "./browser.mjs";

const chromium = findChromium();

describe("The administration", { skip: chromium === undefined }, () => {
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

  async function as(user, path, act, { forbidden = false, ...options } = {}) {
    const person = await browser.person(options);
    try {
      await signIn(person.page, service, user, path);
      if (!forbidden) await settled(person.page);
      await act(person.page);
      assert.deepEqual(person.complaints, [], "violations of the Content Security Policy, or errors in the page");
    } finally {
      await person.close();
    }
  }

  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const dialog = (page, name) => page.getByRole("dialog", { name });
  /** Everything of a page that a script could read later, and its address. */
  const kept = (page) =>
    page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, document.body.innerHTML]));

  mockTest("is there for administrators only", async () => {
    await as("admin", "/", async (page) => {
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Administration" }).click();
      await page.getByRole("heading", { level: 1, name: "Administration" }).waitFor();
    });
    for (const user of ["analyst", "auditor", "steward"]) {
      await as(user, "/administration/users/analyst", async (page) => {
        const asked = [];
        page.on("request", (request) => asked.push(new URL(request.url()).pathname));
        await page.getByText("There is no such page for you").waitFor();
        assert.equal(await page.getByRole("link", { name: "Administration" }).count(), 0);
        assert.ok(!asked.some((path) => path.includes("/users")), asked.join());
      }, { forbidden: true });
    }
  });

  mockTest("finds a user by a part of the name, and shows more of many", async () => {
    await as("admin", "/administration", async (page) => {
      const lines = page.getByTestId("users").getByRole("row");
      assert.equal(await lines.count(), 51);
      await button(page, "Show more").click();
      await page.getByRole("link", { name: "reader60" }).waitFor();
      await page.getByLabel("Part of a name").fill("NIGHT");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\?q=NIGHT$/);
      await page.getByRole("link", { name: "reader60" }).waitFor({ state: "detached" });
      assert.match(await lines.nth(1).textContent(), /nightly-load.*service.*data-engineer.*may sign in/);
      await page.getByLabel("Part of a name").fill("zebra");
      await page.keyboard.press("Enter");
      await page.getByText("No name has “zebra” in it").waitFor();
    });
  });

  mockTest("makes a user, gives a profile after its consequences, disables and enables", async () => {
    await as("admin", "/administration", async (page) => {
      await button(page, "New user").click();
      const form = dialog(page, "New user");
      await form.getByLabel("User", { exact: true }).fill("ana");
      await form.getByLabel(/^New password/).fill("ten letters at least");
      await form.getByLabel("The new one again").fill("ten letters at most");
      await button(form, "Make the user").click();
      await form.getByText("The two new passwords differ").waitFor();
      await form.getByLabel("The new one again").fill("ten letters at least");
      await form.getByLabel("analyst").check();
      await button(form, "Make the user").click();
      await page.waitForURL(/\/administration\/users\/ana$/);
      await page.getByRole("heading", { level: 1, name: "ana" }).waitFor();

      const profiles = page.getByRole("region", { name: "Profiles" });
      await profiles.getByText("analyst").waitFor();
      await profiles.getByRole("button", { name: /^Give a profile/ }).click();
      await page.getByRole("dialog").getByLabel("Profile").selectOption("steward");
      await button(page, "Show consequences").click();
      await page.getByTestId("consequences").getByText("complaints_curated.complaints").waitFor();
      assert.equal(await profiles.getByText("steward").count(), 0);
      await button(page, "Save this change").click();
      await profiles.getByText("steward").waitFor();

      await button(page, "Disable…").click();
      await button(page.getByRole("dialog"), "Cancel").click();
      await page.getByText("may sign in").waitFor();
      await button(page, "Disable…").click();
      await button(dialog(page, "Disable ana?"), "Disable").click();
      await page.getByText("Ended: 0 sessions, 0 tokens, 0 access keys.").waitFor();
      await page.locator("dd").getByText("disabled", { exact: true }).waitFor();
      await button(page, "Enable…").click();
      await button(dialog(page, "Enable ana?"), "Enable").click();
      await page.getByText("ana may sign in again").waitFor();
    });
  });

  mockTest("cannot disable oneself there", async () => {
    await as("admin", "/administration/users/admin", async (page) => {
      await button(page, "End everything…").waitFor();
      assert.equal(await button(page, "Disable…").count(), 0);
    });
  });

  mockTest("shows the secret of a token and of a key once, and keeps it nowhere", async () => {
    await as("analyst", "/me", async (page) => {
      await page.getByRole("button", { name: /^New token/ }).click();
      await page.getByRole("dialog").getByLabel("Name").fill("report");
      await button(page, "Make the token").click();
      const secret = await page.getByTestId("secret").locator("code").textContent();
      assert.match(secret, /^atl_mock_/);
      await button(page, "I have kept it").click();
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), "BUTTON");
      await page.getByTestId("secret").waitFor({ state: "detached" });
      assert.ok(!(await kept(page)).includes(secret));
      await page.getByRole("rowheader", { name: "report" }).waitFor();

      await page.getByRole("button", { name: /^New access key/ }).click();
      await button(page, "Make the key").click();
      const key = page.getByTestId("secret").locator("code");
      const [id, hidden] = [await key.first().textContent(), await key.last().textContent()];
      await page.keyboard.press("Escape");
      await page.getByTestId("secret").waitFor({ state: "detached" });
      await page.getByRole("rowheader", { name: id }).waitFor();
      assert.ok(!(await kept(page)).includes(hidden));

      await button(page, "End the token report").click();
      await button(dialog(page, "End the token report"), "End").click();
      await page.getByText("The token report is ended.").waitFor();
      assert.equal(await page.getByRole("rowheader", { name: "report" }).count(), 0);
    });
  });

  mockTest("sets the language and the colours of the person, and needs the present password for a new one", async () => {
    await as("ds", "/me", async (page) => {
      await page.getByLabel("Colours").last().selectOption("dark");
      await page.getByLabel("Language").last().selectOption("es");
      await page.getByRole("heading", { name: "Tokens de API" }).waitFor();
      await page.getByLabel("Idioma").last().selectOption("en");
      await button(page, "Change my password…").click();
      const form = dialog(page, "Change my password");
      await form.getByLabel("Password now").fill("surely wrong");
      await form.getByLabel(/^New password/).fill("another battery");
      await form.getByLabel("The new one again").fill("another battery");
      await button(form, "Set the password").click();
      await form.getByText("The current password is wrong").waitFor();
      await form.getByLabel("Password now").fill(service.credentials.ds.password);
      await button(form, "Set the password").click();
      const ended = dialog(page, "Your session has ended");
      await ended.getByLabel("Password").fill("another battery");
      await button(ended, "Sign in").click();
      await ended.waitFor({ state: "detached" });
      await page.getByRole("heading", { level: 1, name: "ds" }).waitFor();
    });
  });

  mockTest("says what one has been granted, by what and until when", async () => {
    await as("analyst", "/me", async (page) => {
      const lines = page.getByTestId("held").getByRole("row");
      assert.match(await lines.nth(1).textContent(), /tables tagged domain=complaintsSELECT, DESCRIBEanalystnever/);
      assert.match(await lines.nth(2).textContent(), /for the purpose churn.*SELECTdirectly.*over/);
    });
    await as("auditor", "/me", async (page) => {
      await page.getByText("Nothing has been granted.").waitFor();
    });
  });

  mockTest("warns before somebody is made an administrator", async () => {
    await as("admin", "/administration/users/reader01", async (page) => {
      await page.getByRole("button", { name: /^Give a profile/ }).click();
      await page.getByRole("dialog").getByLabel("Profile").selectOption("administrator");
      await button(page, "Show consequences").click();
      await page.getByText("may change everybody's access").waitFor();
      await button(page.getByRole("dialog"), "Cancel").click();
    });
  });

  mockTest("ends all that somebody is signed in with, oneself included", async () => {
    await as("steward", "/me", async (page) => {
      await button(page, "End everything…").click();
      await button(dialog(page, "End all that you are signed in with?"), "End everything").click();
      await dialog(page, "Your session has ended").waitFor();
    });
  });

  mockTest("says so when something cannot be had, and when there is no such user", async () => {
    await as("admin", "/administration/users/nobody-there", async (page) => {
      await page.getByText("There is no such user").waitFor();
      await page.route("**/api/v1/users/analyst/tokens", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: '{"title":"Internal error","detail":"broken on purpose"}' }));
      await page.goto(`${service.url}/administration/users/analyst`);
      await page.getByRole("alert").getByText("broken on purpose").waitFor({ timeout: 15_000 });
      await page.getByRole("rowheader", { name: "ATLMOCK0000000000001" }).waitFor();
    });
  });

  mockTest("makes, changes and deletes a workgroup, and says what runs in each", async () => {
    await as("admin", "/administration/workgroups", async (page) => {
      const line = (name) => page.getByTestId("workgroups").getByRole("row", { name: new RegExp(`^${name}`) });
      assert.match(await line("reports").textContent(), /takes queries215 GB220/);
      await button(page, "New workgroup").click();
      const form = page.getByRole("dialog");
      await form.getByLabel("Workgroup", { exact: true }).fill("primary");
      await button(form, "Save").click();
      await form.getByText("There is a workgroup primary already.").waitFor();
      await form.getByLabel("Workgroup", { exact: true }).fill("night");
      await form.getByLabel("A query reads at most (MB)").fill("250");
      await button(form, "Save").click();
      await page.getByText("The workgroup night is saved.").waitFor();
      assert.match(await line("night").textContent(), /250 MB/);
      await button(page, "Change the workgroup night").click();
      await form.getByLabel("Takes new queries").uncheck();
      await form.getByLabel("A query reads at most (MB)").fill("");
      await button(form, "Save").click();
      await line("night").getByText("closed").waitFor();
      assert.match(await line("night").textContent(), /no limit/);
      assert.equal(await button(page, "Delete the workgroup primary").count(), 0);
      await button(page, "Delete the workgroup reports").click();
      await button(form, "Delete").click();
      await form.getByText("is not empty").waitFor();
      await form.getByLabel(/^Also with its history/).check();
      await button(form, "Delete").click();
      await page.getByText("The workgroup reports is deleted.").waitFor();
    });
  });

  mockTest("says how the service is, and what went wrong with what it follows", async () => {
    await as("admin", "/administration/health", async (page) => {
      await page.getByText("The service can do its work").waitFor();
      assert.match(await page.getByRole("region", { name: "Room on disk" }).textContent(), /Audit log4 GB of 60 GB free/);
      assert.match(await page.getByRole("region", { name: "Memory" }).textContent(), /3.9 GB of 4 GB, 2.2 GB on disk/);
      assert.match(await page.getByRole("region", { name: "Runs of pipelines" }).textContent(), /1 run has begun and nobody works on it now/);
      const streams = page.getByRole("region", { name: "Streams and followed tables" }).last();
      assert.match(await streams.getByRole("row", { name: /^readings/ }).textContent(), /MQTT.*the broker refuses the password/);
      await page.route("**/api/v1/administration/health", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: '{"title":"Internal error","detail":"broken on purpose"}' }));
      await page.reload();
      await page.getByRole("alert").getByText("broken on purpose").waitFor();
    });
  });

  mockTest("looks for a source only when asked to, and says what it found", async () => {
    await as("admin", "/administration/sources", async (page) => {
      await page.getByRole("row", { name: /^shop/ }).getByText("write: steward").waitFor();
      assert.equal(await page.getByText(/answers/).count(), 0);
      await button(page, "Check shop").click();
      await page.getByText("answers (4 ms)").waitFor();
      await button(page, "Check sensors").click();
      await page.getByText("no answer within 3 seconds").waitFor();
    });
  });

  mockTest("sums up what tables take, by zone, in the address", async () => {
    await as("admin", "/administration/storage", async (page) => {
      await page.getByTestId("totals").getByText(/ in \d+ tables?/).first().waitFor();
      await page.getByLabel("Zone").selectOption("curated");
      await page.waitForURL(/\?zone=curated$/);
      await page.waitForFunction(() => [...document.querySelectorAll("[data-testid=storage] tbody td:nth-child(2)")].every((cell) => cell.textContent === "curated"));
      await page.getByTestId("storage").getByRole("link").first().click();
      await page.waitForURL(/\/catalog\//);
    });
  });

  mockTest("says what maintenance gained and when it is due, and starts it", async () => {
    await as("admin", "/administration/maintenance", async (page) => {
      const line = page.getByRole("row", { name: /^archive/ });
      assert.match(await line.textContent(), /In 3 tables: 1,200 files are 40, 1,310 removed \(2.4 GB\)1 table has a problem/);
      await button(page, "Start now: archive").click();
      await button(dialog(page, "Start archive now?"), "Start now").click();
      await page.getByText("A run of archive has been started.").waitFor();
      await line.getByText("running").waitFor();
      assert.ok(await button(page, "Start now: archive").isDisabled());
    });
  });

  mockTest("compares the policies with the files, and takes them along as an archive", async () => {
    await as("admin", "/policies/files", async (page) => {
      const lines = page.getByTestId("drift").getByRole("row");
      await lines.nth(2).waitFor();
      assert.match(await lines.nth(1).textContent(), /Grant to profile analyst on complaints_curated.complaints until 2027-01-01.*nothing.*SELECT.*by hand.*admin/);
      assert.match(await lines.nth(2).textContent(), /Guard no-narratives.*consumer_complaint_narrative.*nothing/);
      await page.getByText("Not counted, as no file speaks of it: 1 of access requests, 2 of those who made a table.").waitFor();
      const download = page.waitForEvent("download");
      await button(page, "Download").click();
      const file = await download;
      assert.equal(file.suggestedFilename(), "policies.zip");
      const chunks = [];
      for await (const chunk of await file.createReadStream()) chunks.push(chunk);
      const archive = Buffer.concat(chunks).toString();
      assert.ok(archive.includes("complaints/policies/grants.yaml") && archive.includes("# año\ngrants: []"));
    });
  });

  mockTest("retires what is old enough, by administrators only", async () => {
    await as("auditor", "/audit?part=people", async (page) => {
      await page.getByTestId("retention").getByText(/1 to 30/).waitFor();
      assert.equal(await button(page, "Retire now…").count(), 0);
    });
    await as("admin", "/audit?part=people", async (page) => {
      await button(page, "Retire now…").click();
      await button(dialog(page, "Retire what is old enough?"), "Retire now").click();
      await page.getByText("What was old enough is retired.").waitFor();
      await button(page, "Retire now…").waitFor({ state: "detached" });
    });
  });

  mockTest("has data looked at and proposes a lower tag", async () => {
    await as("steward", "/classification", async (page) => {
      await button(page, "Look at data now…").click();
      await page.getByRole("dialog").getByLabel("Table or database").fill("complaints_curated");
      await button(page, "Look").click();
      await page.getByText("Looked at 1 tables: 0 proposals. The database has more").waitFor();
      await button(page, "Propose a lower tag…").click();
      for (const [label, text] of [["Table", "complaints_curated.complaints"], ["Column", "product"], ["Tag, such as pii=low", "pii=none"], ["Reason", "a product is no person"]])
        await page.getByRole("dialog").getByLabel(label, { exact: true }).fill(text);
      await button(page, "Propose").click();
      await page.getByText("It is proposed; somebody else decides.").waitFor();
      await page.getByText("a product is no person").waitFor();
    });
  });

  const places = [
    ["admin", "/policies/files", (page) => page.getByTestId("drift").waitFor()],
    ["steward", "/classification", (page) => button(page, "Propose a lower tag…").click()],
    ["admin", "/audit?part=people"],
    ["admin", "/administration/workgroups", (page) => button(page, "New workgroup").click()],
    ["admin", "/administration/workgroups"],
    ["admin", "/administration/health"],
    ["admin", "/administration/sources", (page) => button(page, "Check sensors").click().then(() => page.getByText("no answer within 3 seconds").waitFor())],
    ["admin", "/administration/storage"],
    ["admin", "/administration/maintenance"],
    ["admin", "/administration"],
    ["admin", "/administration", (page) => button(page, "New user").click()],
    ["admin", "/administration/users/analyst"],
    ["admin", "/administration/users/ana", (page) => page.getByRole("button", { name: /^Take back/ }).first().waitFor()],
    ["analyst", "/me"],
  ];
  for (const colorScheme of ["light", "dark"]) {
    mockTest(`has no serious accessibility violation in the ${colorScheme} scheme`, async () => {
      for (const [user, path, act] of places) {
        await as(user, path, async (page) => {
          await act?.(page);
          await accessible(page, path);
        }, { colorScheme });
      }
    });
  }

  mockTest("fits 360 pixels without scrolling sideways", async () => {
    for (const [user, path, act] of places) {
      await as(user, path, async (page) => {
        await act?.(page);
        assert.ok((await widthOf(page)) <= 360, path);
      }, { viewport: { width: 360, height: 720 } });
    }
  });
});
