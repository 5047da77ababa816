// Chromium for the browser tests and screenshots, and the service they talk to: the mock, or ATALAYA_URL.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test as anyTest } from "node:test";
import { chromium } from "playwright-core";
import { startMock } from "./mock/serve.mjs";

/** Whether the service is the mock, which has more to look at than an example. */
export const isMock = process.env.ATALAYA_URL === undefined;

/** A test; with ATALAYA_MOCK_ONLY it is left to a service. */
export const test = (name, body) => anyTest(name, { skip: process.env.ATALAYA_MOCK_ONLY !== undefined }, body);

/** A test of what only the mock has. */
export const mockTest = (name, body) => anyTest(name, { skip: !isMock }, body);

/** Where Chromium is: CHROMIUM, or the first of its usual names on the PATH; undefined when there is none. */
export function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) return existsSync(named) ? named : undefined;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(existsSync);
}

/** The service under test: its address, its users' passwords, and whether it is the mock. */
export async function startService() {
  const url = process.env.ATALAYA_URL;
  if (url === undefined) return { ...(await startMock()), isMock: true };
  const file = process.env.ATALAYA_CREDENTIALS;
  if (file === undefined) throw new Error("ATALAYA_URL is set; ATALAYA_CREDENTIALS must name its credentials.json");
  const credentials = JSON.parse(readFileSync(file, "utf8"));
  return { url: url.replace(/\/$/, ""), credentials: credentials.users ?? credentials, isMock: false, stop: async () => {} };
}

export async function startBrowser(executablePath) {
  const profile = mkdtempSync(join(tmpdir(), "atalaya-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const browser = context.browser() ?? context;
  return {
    /** A person's own window: no cookies or preferences of another. */
    async person(options = {}) {
      const own = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: "en-GB",
        timezoneId: "UTC",
        colorScheme: "light",
        reducedMotion: "reduce",
        ...options,
      });
      const page = await own.newPage();
      page.setDefaultTimeout(15_000);
      const complaints = [];
      page.on("console", (message) => {
        const text = message.text();
        if (/Content.Security.Policy|Refused to/i.test(text)) complaints.push(text);
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      return { page, complaints, close: () => own.close() };
    },
    async stop() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

export async function signIn(page, service, user, path = "/") {
  await page.goto(service.url + path);
  await page.getByLabel(/^(User|Usuario)$/).fill(user);
  await page.getByLabel(/^(Password|Contraseña)$/).fill(service.credentials[user].password);
  await page.getByRole("button", { name: /^(Sign in|Entrar)$/ }).click();
  await page.getByRole("navigation", { name: /^(Pages|Páginas)$/ }).waitFor();
}

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** Waits until a page has its heading and nothing of it is still to come. */
export async function settled(page) {
  // Behind a dialog the page is hidden from who hears it, and there all the same.
  await page.locator("h1").first().waitFor({ state: "attached" });
  await page.waitForFunction(() => document.querySelector("main [role=status][class*=waiting]") === null);
}

/** Refuses any serious violation of WCAG that axe finds. */
export async function accessible(page, where) {
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

/** How wide a page is, with what would have to be scrolled to sideways. */
export function widthOf(page) {
  return page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector("main").scrollWidth));
}
