// Pictures of every page, in both colour schemes and two widths, to look at: npm run screenshots [folder]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findChromium, signIn, startBrowser, startService } from "./browser.mjs";

const folder = process.argv[2] ?? "target/screenshots";
const sql = encodeURIComponent("-- complaints of the last years\nSELECT product, state, zip_code, company\nFROM complaints_curated.complaints\nWHERE state = 'CA'\nLIMIT 5000;\n");
const typo = encodeURIComponent("SELECT product,\n       nope\nFROM complaints_curated.complaints");
const endless = encodeURIComponent("SELECT count(*)\nFROM complaints_curated.complaints a\nCROSS JOIN complaints_curated.complaints b\nCROSS JOIN complaints_curated.complaints c");

const run = async (page) => {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByTestId("query-facts").or(page.getByTestId("query-error")).waitFor();
};
const dataset = "/catalog/complaints_curated/complaints";
const palette = (text) => async (page) => {
  await page.keyboard.press("Control+K");
  await page.getByRole("dialog").getByRole("combobox").fill(text);
  await page.waitForTimeout(500);
};
const shots = [
  ["home", "analyst", "/"],
  ["home-engineer", "ds", "/"],
  ["home-steward", "steward", "/"],
  ["home-reviewer", "auditor", "/"],
  ["palette", "analyst", "/", palette("")],
  ["palette-found", "analyst", "/catalog", palette("complaints")],
  ["catalog", "analyst", "/catalog"],
  ["search", "analyst", "/catalog?q=complaint"],
  ["search-why", "analyst", "/catalog?q=received+product&zone=curated&tag=domain%3Dcomplaints"],
  ["search-almost", "analyst", "/catalog?q=complaimts"],
  ["search-narrow", "analyst", "/catalog?zone=curated", (page) => page.getByRole("button", { name: /^Narrow down/ }).click({ timeout: 500 }).catch(() => {})],
  ["nothing", "analyst", "/catalog?q=zebra"],
  ["schema", "analyst", dataset],
  ["schema-why", "analyst", dataset, (page) => page.getByTestId("access-band").click()],
  ["column", "analyst", `${dataset}?column=zip_code`],
  ["sample", "analyst", `${dataset}/sample`],
  ["history", "analyst", `${dataset}/history`],
  ["quality", "ds", `${dataset}/quality`, (page) => page.getByTestId("rule").first().waitFor()],
  ["quality-none", "analyst", `${dataset}/quality`],
  ["usage", "steward", `${dataset}/usage`, (page) => page.getByRole("row", { name: /^rosa / }).waitFor()],
  ["similar", "analyst", "/catalog/papers_curated/places/similar?near=sparse+attention", (page) => page.getByText("the nearest first").waitFor()],
  ["query-unloaded", "analyst", `/query#sql=${encodeURIComponent("UNLOAD (SELECT * FROM complaints_curated.complaints) TO 's3://unloaded/complaints/' WITH (format = 'PARQUET')")}`, (page) => run(page).then(() => page.getByText("Files that were unloaded").waitFor())],
  ["discussion", "ds", `${dataset}/discussion?comment=2`, (page) => page.getByTestId("comment").first().waitFor()],
  ["discussion-none", "analyst", "/catalog/archive_raw/delivery_001/discussion"],
  ["notifications", "analyst", "/notifications"],
  ["export", "analyst", dataset, (page) => page.getByRole("button", { name: "Export", exact: true }).click().then(() => page.getByRole("dialog").getByLabel("Format").waitFor())],
  ["certified", "steward", "/catalog/complaints_consumption/by_product_month_state"],
  ["certify", "steward", dataset, (page) => page.getByRole("button", { name: "Certify", exact: true }).click().then(() => page.getByRole("dialog").waitFor())],
  ["catalog-certified", "analyst", "/catalog?certified=yes"],
  ["edit", "steward", dataset, (page) => page.getByRole("button", { name: "Edit", exact: true }).click().then(() => page.getByRole("dialog").getByLabel("Description").waitFor())],
  ["history-compared", "ds", `${dataset}/history`, (page) => page.getByRole("link", { name: /^Compare with the one before: / }).nth(2).click().then(() => page.getByTestId("comparison").waitFor())],
  ["lineage-large", "ds", "/catalog/archive_consumption/delivery_006/lineage"],
  ["lineage", "ds", `${dataset}/lineage`],
  ["access", "analyst", `${dataset}/access`],
  ["sample-auditor", "auditor", `${dataset}/sample`],
  ["missing", "analyst", "/catalog/complaints_raw/complaints"],
  ["query-empty", "analyst", "/query"],
  ["query-complete", "analyst", "/query", async (page) => {
    await page.getByRole("textbox", { name: "SQL" }).focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText("SELECT state, ");
    await page.keyboard.type("ro");
    await page.locator(".cm-tooltip-autocomplete").waitFor();
  }],
  ["query-result", "analyst", `/query#sql=${sql}`, run],
  ["query-chart", "analyst", `/query?chart=line&x=month&y=complaints#sql=${encodeURIComponent("SELECT month, complaints\nFROM complaints_consumption.by_product_month_state\nLIMIT 60")}`, (page) => run(page).then(() => page.getByTestId("chart").waitFor())],
  ["query-error", "analyst", `/query#sql=${typo}`, run],
  ["query-running", "analyst", `/query#sql=${endless}`, (page) => page.getByRole("button", { name: "Run", exact: true }).click().then(() => page.getByRole("button", { name: "Cancel" }).waitFor())],
  ["query-history", "analyst", "/query", (page) => page.getByRole("tab", { name: "History" }).click()],
  ["dashboards", "analyst", "/dashboards"],
  ["dashboard", "analyst", "/dashboards/complaints", (page) => page.getByTestId("chart").nth(2).waitFor()],
  ["dashboard-closed", "auditor", "/dashboards/complaints"],
  ["chart", "analyst", "/charts/8e0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44", (page) => page.getByTestId("chart").waitFor()],
  ["chart-save", "analyst", `/query?chart=line&x=month&y=complaints#sql=${encodeURIComponent("SELECT month, complaints\nFROM complaints_consumption.by_product_month_state\nLIMIT 60")}`, (page) => run(page).then(() => page.getByRole("button", { name: "Save the chart" }).click())],
  ["models", "ds", "/models"],
  ["model", "ds", "/models/complaints_curated/product_of_narrative", (page) => page.getByRole("heading", { name: "Confusion matrix" }).waitFor()],
  ["requests", "analyst", "/requests"],
  ["request", "analyst", "/requests/5f0f0002-6c1a-4a52-9d5e-1f6a0c2b8e44", (page) => page.getByTestId("evidence").locator("summary").click()],
  ["request-decide", "auditor", "/requests/5f0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44"],
  ["request-new", "analyst", "/requests/new?dataset=complaints_curated.complaints&columns=company%2Cconsumer_complaint_narrative"],
  ["reviews", "auditor", "/reviews"],
  ["reviews-unused", "auditor", "/reviews?view=unused"],
  ["review", "auditor", "/reviews/6a0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44?item=3"],
  ["review-narrow", "auditor", "/reviews/6a0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44?item=2", (page) => page.getByLabel("Leave some columns").check().then(() => page.getByLabel("Leave some columns").scrollIntoViewIfNeeded())],
  ["review-new", "auditor", "/reviews/new"],
  ["pipelines", "ds", "/pipelines"],
  ["pipelines-open", "ds", "/pipelines?pipeline=complaints", (page) => page.getByTestId("run-bars").waitFor()],
  ["places-more", "admin", "/", (page) => page.getByRole("button", { name: "More" }).click({ timeout: 500 }).catch(() => {})],
  ["pipelines-dry-run", "ds", "/pipelines?pipeline=archive", (page) => page.getByRole("button", { name: "Dry run" }).click().then(() => page.getByTestId("dry-run").waitFor())],
  ["pipelines-files", "de", "/pipelines?pipeline=complaints", (page) => page.getByTestId("deliveries").locator("summary").click().then(() => page.getByTestId("deliveries").getByText("map it in").waitFor())],
  ["pipelines-checks", "ds", "/pipelines?pipeline=complaints", (page) => page.getByTestId("checks").locator("summary").click().then(() => page.getByTestId("rule").first().getByText("Run by run").click())],
  ["run", "ds", "/runs/7d0f0003-6c1a-4a52-9d5e-1f6a0c2b8e44"],
  ["run-stage", "ds", "/runs/7d0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44?stage=land", (page) => page.getByRole("button", { name: "Show the rows" }).click().then(() => page.getByTestId("quarantined").waitFor())],
  ["run-live", "ds", "/runs/7d0f0000-6c1a-4a52-9d5e-1f6a0c2b8e44"],
  ["classification", "steward", "/classification"],
  ["proposal", "steward", "/classification?proposal=5f0f0101-6c1a-4a52-9d5e-1f6a0c2b8e44", (page) => page.getByText("loses").waitFor()],
  ["schema-steward", "steward", dataset],
  ["audit", "auditor", "/audit"],
  ["audit-holds", "auditor", "/audit?part=people"],
  ["audit-record", "auditor", "/audit?record=239"],
  ["administration", "admin", "/administration"],
  ["administration-new-user", "admin", "/administration", (page) => page.getByRole("button", { name: "New user" }).click()],
  ["user", "admin", "/administration/users/analyst"],
  ["workgroups", "admin", "/administration/workgroups"],
  ["health", "admin", "/administration/health"],
  ["sources", "admin", "/administration/sources", (page) => page.getByRole("button", { name: "Check sensors" }).click()],
  ["storage", "admin", "/administration/storage"],
  ["maintenance", "admin", "/administration/maintenance"],
  ["policies-files", "admin", "/policies/files", (page) => page.getByTestId("drift").waitFor()],
  ["me", "analyst", "/me"],
];
/** What the mock knows nothing of. */
const governed = [
  ["home-admin", "admin", "/"],
  ["policies", "admin", "/policies"],
  ["policies-grants", "admin", "/policies/grants"],
  ["policies-new-grant", "admin", "/policies/grants", (page) => page.getByRole("button", { name: "New grant" }).click()],
  [
    "policies-consequences",
    "admin",
    "/policies/grants",
    (page) => page.getByRole("button", { name: "Take back…" }).first().click().then(() => page.getByTestId("consequences").waitFor()),
  ],
  ["policies-guards", "admin", "/policies/guards"],
  ["policies-tags", "admin", "/policies/tags?key=pii"],
  ["policies-people", "admin", "/policies/people"],
  ["policies-emergencies", "admin", "/policies/emergencies"],
  ["access-as", "steward", `${dataset}/access?profile=analyst`],
  ["audit-people", "admin", "/audit?part=people"],
  ["audit-export", "auditor", "/audit", (page) => page.getByRole("button", { name: "Export", exact: true }).click()],
];
const only = process.argv.slice(3);

const service = await startService();
const browser = await startBrowser(findChromium());
mkdirSync(folder, { recursive: true });
for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    const viewport = { width, height: width === 360 ? 720 : 800 };
    const people = new Map();
    const name = (shot) => join(folder, `${shot}-${colorScheme}-${width}.png`);
    if (only.length === 0 || only.includes("sign-in")) {
      const guest = await browser.person({ viewport, colorScheme });
      await guest.page.goto(service.url);
      await guest.page.getByLabel("User").waitFor();
      await guest.page.screenshot({ path: name("sign-in") });
      await guest.close();
    }
    for (const [shot, user, path, act] of service.isMock ? shots : [...shots, ...governed]) {
      if (only.length > 0 && !only.includes(shot)) continue;
      if (!people.has(user)) {
        const person = await browser.person({ viewport, colorScheme });
        await signIn(person.page, service, user);
        people.set(user, person);
      }
      const { page } = people.get(user);
      await page.goto("about:blank");
      await page.goto(service.url + path);
      await page.waitForLoadState("networkidle");
      if (act) await act(page);
      await page.waitForTimeout(150);
      await page.screenshot({ path: name(shot) });
    }
    for (const { complaints, close } of people.values()) {
      if (complaints.length > 0) console.log(complaints.join("\n"));
      await close();
    }
  }
}
await browser.stop();
await service.stop();
console.log(`pictures in ${folder}`);
