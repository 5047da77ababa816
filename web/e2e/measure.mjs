// How quick the console is in Chromium with very much of everything: npm run measure [datasets] [columns] [rows]
// Against the mock with made-up data, or with ATALAYA_URL and ATALAYA_CREDENTIALS a service with what it has, as ATALAYA_USER (its tables are not
// grown; the wide one and those of the lineage are made by de and dropped). Prints a line for each thing that was measured; load counts.
import { loadavg } from "node:os";
import { gzipSync } from "node:zlib";
import { findChromium, settled, signIn, startBrowser, startService } from "./browser.mjs";
import { grow } from "./mock/data.mjs";

const [datasets = 100_000, columns = 2_000, rows = 1_000_000] = process.argv.slice(2).map(Number);
if (process.env.ATALAYA_URL === undefined) grow(datasets, columns);
const service = await startService();
const browser = await startBrowser(findChromium());
const told = (what, ...figures) => console.log(what.padEnd(58), figures.join("   "));
const ms = (value) => `${value.toFixed(0).padStart(5)} ms`;
const spread = (values) => {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return [`p50 ${ms(at(0.5))}`, `p99 ${ms(at(0.99))}`, `most ${ms(at(1))}`];
};

/** In the page: how long the thread was busy at a stretch, and how long each event took until it could be seen. */
function watch() {
  window.watched = { busy: [], events: [] };
  const observe = (type, keep, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(keep)).observe({ type, buffered: true, ...more });
  observe("longtask", ({ duration }) => window.watched.busy.push(duration));
  observe("event", ({ name, duration }) => name.startsWith("key") && window.watched.events.push(duration), { durationThreshold: 16 });
}

const person = await browser.person({ viewport: { width: 1440, height: 900 } });
const { page } = person;
page.setDefaultTimeout(120_000);
await page.addInitScript(watch);
const fresh = () => page.evaluate(() => Object.values(window.watched).forEach((each) => each.splice(0)));
const watched = () => page.evaluate(() => window.watched);

/** A page anew in the browser whose files are there already: until it shows what it is about, and how long it then blocks. */
async function first(what, path, shown) {
  const times = [];
  let blocked = 0;
  for (let turn = 0; turn < 5; turn++) {
    await page.goto("about:blank");
    const begun = performance.now();
    await page.goto(service.url + path, { waitUntil: "commit" });
    await shown().first().waitFor();
    times.push(performance.now() - begun);
    await settled(page);
    blocked = Math.max(blocked, ...(await watched()).busy);
  }
  told(`${what}: until it is there`, ...spread(times), `longest block ${ms(blocked)}`);
}

/** Some text, key by key as somebody types; how long each key takes until it is seen. */
async function typing(what, text) {
  await fresh();
  for (const key of text) {
    await page.keyboard.type(key);
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(300);
  const { events, busy } = await watched();
  // Only what took 16 ms or longer is told by the browser.
  told(`${what}: a key until it is seen`, ...spread([...events, ...Array(Math.max(0, 3 * text.length - events.length)).fill(8)]), `longest block ${ms(Math.max(0, ...busy))}`);
}

/** Frames while something is scrolled. */
async function scrolling(what, target, turns = 60) {
  const box = await target.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height / 2, 300));
  await page.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    const next = (now) => {
      window.frames_.push(now - last);
      last = now;
      window.framing = requestAnimationFrame(next);
    };
    window.framing = requestAnimationFrame(next);
  });
  for (let turn = 0; turn < turns; turn++) await page.mouse.wheel(0, 700);
  await page.waitForTimeout(200);
  const frames = await page.evaluate(() => {
    cancelAnimationFrame(window.framing);
    return window.frames_.slice(1);
  });
  told(`${what}: a frame while one scrolls`, ...spread(frames));
}

let bytes = 0;
const counted = [];
page.on("response", (response) => {
  if (new URL(response.url()).origin === service.url && !response.url().includes("/api/"))
    counted.push(response.body().then((body) => (bytes += /\.woff2$/.test(response.url()) ? body.length : gzipSync(body).length), () => {}));
});
await signIn(page, service, process.env.ATALAYA_USER ?? "analyst");
await settled(page);
await page.waitForLoadState("networkidle");
await Promise.all(counted);
told("first load, compressed", `${(bytes / 1000).toFixed(0)} kB`);
page.removeAllListeners("response");

await first("home", "/", () => page.getByRole("link", { name: /./ }).filter({ has: page.locator("strong") }));
await first("catalog", "/catalog", () => page.locator("[data-result]"));
const { total } = await page.evaluate(async () => (await fetch("/api/v1/datasets?limit=1")).json());
told("datasets that are known", String(total));
await page.getByRole("searchbox").first().click();
await typing("search", "complaints curated");
await page.goto(`${service.url}/catalog`);
await page.locator("[data-result]").first().waitFor();
await scrolling("catalog", page.locator("main"));

const wide = service.isMock ? "sensors_curated/wide" : `complaints_curated/wide_${Date.now()}`;
const asEngineer = async (sql) => {
  const answer = await fetch(`${service.url}/api/v1/queries`, { method: "POST", headers: { Authorization: `Bearer ${service.credentials.de.token}`, "Content-Type": "application/json" }, body: JSON.stringify({ sql, waitMs: 10_000 }) });
  if (!answer.ok) throw new Error(`${sql.slice(0, 80)}: ${await answer.text()}`);
};
if (!service.isMock) {
  await asEngineer(`CREATE TABLE ${wide.replace("/", ".")} AS SELECT ${Array.from({ length: columns }, (_, i) => `${i} AS measure_${i + 1}`).join(", ")}`);
  await page.context().clearCookies();
  await signIn(page, service, "de");
}
await first(`a table of ${columns} columns`, `/catalog/${wide}`, () => page.locator("[data-column]"));
await scrolling("its columns", page.locator("main"));
await page.evaluate(() => document.querySelector("main").scrollTo(0, 0));
await page.locator("main input[type=search]").click();
await typing("filter of its columns", "measure 19");
if (!service.isMock) await asEngineer(`DROP TABLE ${wide.replace("/", ".")}`);

/** A table that is made of 14, each of them of 13 or 14: 200 in all; the names of all, it first. */
async function descended() {
  const now = Date.now() % 1e6;
  const name = (i) => `complaints_curated.descended_${now}_${i}`;
  const [top, middle, leaves] = [name(0), Array.from({ length: 14 }, (_, i) => name(i + 1)), Array.from({ length: 185 }, (_, i) => name(i + 15))];
  const all = (tables) => tables.map((table) => `SELECT v FROM ${table}`).join(" UNION ALL ");
  await inFours(leaves, (leaf, i) => asEngineer(`CREATE TABLE ${leaf} AS SELECT ${i} AS v`));
  await inFours(middle, (table, i) => asEngineer(`CREATE TABLE ${table} AS ${all(leaves.filter((_, leaf) => leaf % 14 === i))}`));
  await asEngineer(`CREATE TABLE ${top} AS ${all(middle)}`);
  return [top, ...middle, ...leaves];
}

/** Four at a time. */
async function inFours(things, act) {
  const left = things.map((thing, i) => [thing, i]);
  await Promise.all(Array.from({ length: 4 }, async () => { for (let next; (next = left.shift()); ) await act(...next); }));
}

const tables = service.isMock ? ["archive_consumption.delivery_006"] : await descended();
if (service.isMock) {
  await page.context().clearCookies();
  await signIn(page, service, "ds");
}
await first("a lineage of 200 tables", `/catalog/${tables[0].replace(".", "/")}/lineage`, () => page.getByTestId("graph").locator("svg path"));
told("tables in it", String(await page.getByTestId("graph").getByRole("listitem").count()));
await scrolling("the lineage", page.locator("main"));
if (!service.isMock) await inFours(tables, (table) => asEngineer(`DROP TABLE ${table}`));

const sql = service.isMock
  ? `SELECT *\nFROM complaints_consumption.by_product_month_state\nLIMIT ${rows}`
  : `SELECT a.n * 1000 + b.n AS id, CAST(a.n AS varchar) AS word, a.n / 7.0 AS part\nFROM UNNEST(sequence(1, ${Math.ceil(rows / 1000)})) AS a(n)\nCROSS JOIN UNNEST(sequence(1, 1000)) AS b(n)`;
await page.goto(`${service.url}/query#sql=${encodeURIComponent(sql)}`);
const text = page.getByRole("textbox", { name: "SQL" });
await text.waitFor();
await page.getByTestId("query-tab").first().waitFor();
let begun = performance.now();
await page.getByRole("button", { name: "Run", exact: true }).click();
await page.getByRole("gridcell").first().waitFor();
told(`a query of ${rows} rows: until its first rows are there`, ms(performance.now() - begun));
const grid = page.getByRole("grid");
await scrolling("its first rows", grid);
await grid.click();
begun = performance.now();
const loaded = () => grid.evaluate((each) => Number(each.getAttribute("aria-rowcount")) - 1);
await fresh();
let presses = 0;
while ((await loaded()) < rows) {
  const before = await loaded();
  await page.keyboard.press("Control+ArrowDown");
  presses++;
  const grown = (before) => Number(document.querySelector("[role=grid]").getAttribute("aria-rowcount")) - 1 > before;
  await page.waitForFunction(grown, before, { polling: 10, timeout: 5_000 }).catch(() => {});
}
const { busy } = await watched();
told(`all rows, to the end by one key, ${presses} times`, `${((performance.now() - begun) / 1000).toFixed(1)} s`, `a block ${spread(busy).join(" ")}`);
await scrolling("the grid with all rows", grid);
await page.keyboard.press("Control+ArrowUp");
await text.focus();
await page.keyboard.press("Control+End");
await typing("editor beside all rows", " -- and so on, to the end");
const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
told("memory of the page", `${(heap / 1e6).toFixed(0)} MB`);
told("load average", loadavg().map((each) => each.toFixed(1)).join(" "));

await person.close();
await browser.stop();
await service.stop();
