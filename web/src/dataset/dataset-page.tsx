import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { AccessBand } from "../access/access-band";
import { shownOfDataset } from "../access/band";
import { Problem } from "../api/client";
import { datasetDetail, quality } from "../api/queries";
import type { Dataset } from "../api/types";
import { ZoneMark } from "../catalog/zone";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { queryPath } from "../query/address";
import { qualifiedName } from "../query/names";
import { newRequestPath } from "../requests/address";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { Failure, NotForYou, Waiting } from "../ui/states";
import { Tabs } from "../ui/tabs";
import { AccessTab } from "./access-tab";
import { Certification } from "./certification";
import styles from "./dataset.module.css";
import { LineageTab } from "./lineage-tab";
import { ProfileTab } from "./profile-tab";
import { SampleTab } from "./sample-tab";
import { SchemaTab } from "./schema-tab";
import { vectors } from "./vectors";

const DiscussionTab = lazy(() => import("./discussion-tab"));
const EditDialog = lazy(() => import("./edit-dialog"));
const ExportDialog = lazy(() => import("./export-dialog"));
const HistoryTab = lazy(() => import("./history-tab"));
const QualityTab = lazy(() => import("./quality-tab"));
const SimilarTab = lazy(() => import("./similar-tab"));
const UsageTab = lazy(() => import("./usage-tab"));

const tabs = ["schema", "sample", "similar", "profile", "lineage", "history", "quality", "usage", "discussion", "access"] as const;
type Tab = (typeof tabs)[number];

/** The tab of an address; what the history was once called is still understood. */
function tabOf(name: string | undefined): Tab {
  return tabs.find((each) => each === name) ?? (name === "snapshots" ? "history" : "schema");
}

/** May I use it, what does it say: one dataset as this person may see it. */
export function DatasetPage() {
  const { t } = useWords();
  const { database = "", name = "", tab } = useParams();
  const found = useQuery(datasetDetail(database, name));

  if (found.data !== undefined) return <Known dataset={found.data} tab={tabOf(tab)} />;
  return (
    <Page title={`${database}.${name}`}>
      <Trail database={database} />
      <h1>{name}</h1>
      {!found.isError ? (
        <Waiting rows={10} height={40} />
      ) : found.error instanceof Problem && (found.error.status === 404 || found.error.status === 403) ? (
        <NotForYou title={t("dataset.notFound")}>
          <p>{t("dataset.notFound.what")}</p>
          <p>
            <Link to="/catalog">{t("dataset.toCatalog")}</Link>
          </p>
        </NotForYou>
      ) : (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      )}
    </Page>
  );
}

function Known({ dataset, tab }: { dataset: Dataset; tab: Tab }) {
  const { t, duration } = useWords();
  const { session } = useSession();
  const navigate = useNavigate();
  const [editing, setEditing] = useState(false);
  const [exporting, setExporting] = useState(false);
  const { database, name } = dataset;
  const path = `/catalog/${encodeURIComponent(database)}/${encodeURIComponent(name)}`;
  const statement = `SELECT *\nFROM ${qualifiedName(database, name)}\nLIMIT 100`;
  return (
    <Page title={`${database}.${name}`}>
      <Trail database={database} />
      <header className={styles.head}>
        <div className={styles.title}>
          <h1>{name}</h1>
          <p className={styles.facts}>
            <ZoneMark zone={dataset.zone} />
            <span>{dataset.owner === null ? t("dataset.noOwner") : t("dataset.owner", { owner: dataset.owner })}</span>
            {dataset.updatedAt !== null && (
              <span>
                {t("dataset.updated")} <Moment at={dataset.updatedAt} />
              </span>
            )}
            {dataset.freshness && (
              <span>{t("dataset.freshness", { within: duration(dataset.freshness.withinSeconds * 1000) })}</span>
            )}
            <Health dataset={dataset} path={path} />
            <TagLinks tags={dataset.tags} />
          </p>
        </div>
        <div className={styles.actions}>
        {dataset.edits.words && (
          <>
            <Button onClick={() => setEditing(true)}>{t("edit.do")}</Button>
            {editing && (
              <Suspense>
                <EditDialog dataset={dataset} column={undefined} onClose={() => setEditing(false)} />
              </Suspense>
            )}
          </>
        )}
        {capabilities(session).has("requests") && dataset.access.summary.visible < dataset.access.summary.all && (
          <Link className={buttons.button} to={newRequestPath(askedFor(dataset))}>
            {t("dataset.request")}
          </Link>
        )}
        {dataset.access.select && capabilities(session).has("query") && (
          <>
            <Button onClick={() => setExporting(true)}>{t("export.do")}</Button>
            {exporting && (
              <Suspense>
                <ExportDialog dataset={dataset} onClose={() => setExporting(false)} />
              </Suspense>
            )}
          </>
        )}
        {dataset.access.select && capabilities(session).has("query") && (
          <Link className={`${buttons.button} ${buttons.primary}`} to={queryPath(null, statement)}>
            {t("dataset.query")}
          </Link>
        )}
        </div>
      </header>
      <p className={styles.description}>
        {dataset.description ?? <span className="soft">{t("dataset.noDescription")}</span>}
      </p>
      <Certification dataset={dataset} />
      <AccessBand shown={shownOfDataset(dataset)} because={dataset.access.because} />
      <div className={styles.tabs}>
        <Tabs<Tab>
          label={t("dataset.views")}
          value={tab}
          tabs={tabs.filter((each) => each !== "similar" || vectors(dataset).length > 0).map((each) => ({ value: each, label: t(`dataset.tab.${each}`) }))}
          onChange={(next) => navigate(next === "schema" ? path : `${path}/${next}`)}
        >
          <Suspense fallback={<Waiting rows={8} />}>
          {tab === "schema" && <SchemaTab dataset={dataset} />}
          {tab === "sample" && <SampleTab dataset={dataset} />}
          {tab === "similar" && <SimilarTab dataset={dataset} />}
          {tab === "lineage" && <LineageTab dataset={dataset} />}
          {tab === "profile" && <ProfileTab dataset={dataset} />}
          {tab === "history" && <HistoryTab dataset={dataset} />}
          {tab === "quality" && <QualityTab dataset={dataset} />}
          {tab === "usage" && <UsageTab dataset={dataset} />}
          {tab === "discussion" && <DiscussionTab dataset={dataset} />}
          {tab === "access" && <AccessTab dataset={dataset} />}
          </Suspense>
        </Tabs>
      </div>
    </Page>
  );
}

/** Whether promise and rules were kept, as far as this person may know; leads to more about it. */
function Health({ dataset: { database, name }, path }: { dataset: Dataset; path: string }) {
  const { t } = useWords();
  const found = useQuery(quality(database, name));
  if (found.data === undefined) return null;
  const { promise, rules } = found.data;
  const kept = rules.filter((rule) => rule.points.at(-1)?.kept === true).length;
  const words = [
    ...(promise === null || promise.kept === null ? [] : [t(promise.kept ? "quality.isFresh" : "quality.isLate")]),
    ...(rules.length === 0 ? [] : [t("quality.rulesKept", { kept, n: rules.length })]),
  ];
  if (words.length === 0) return null;
  return (
    <Link className={styles.health} to={`${path}/quality`} data-late={promise?.kept === false || kept < rules.length}>
      {words.join(" · ")}
    </Link>
  );
}

/** What is not shown as it is; everything, where nothing is. */
function askedFor({ database, name, schema, access }: Dataset) {
  const less = schema.filter((column) => column.access.state !== "visible");
  const columns = (access.select ? less : schema).map((column) => column.name);
  return { permission: "SELECT", items: [{ dataset: `${database}.${name}`, columns }] };
}

function Trail({ database }: { database: string }) {
  const { t } = useWords();
  return (
    <nav className={styles.trail} aria-label={t("dataset.trail")}>
      <Link to="/catalog">{t("place.catalog")}</Link>
      <span aria-hidden="true">/</span>
      <Link to={`/catalog?database=${encodeURIComponent(database)}`}>{database}</Link>
    </nav>
  );
}

/** Tags that lead to every dataset that carries them. */
function TagLinks({ tags }: { tags: Record<string, string> }) {
  return Object.entries(tags).map(([key, value]) => (
    <Link key={key} className={styles.tag} to={`/catalog?tag=${encodeURIComponent(tagText(key, value))}`}>
      {tagText(key, value)}
    </Link>
  ));
}

function tagText(key: string, value: string): string {
  return value === "" ? key : `${key}=${value}`;
}

export function Tags({ tags }: { tags: Record<string, string> }) {
  return Object.entries(tags).map(([key, value]) => (
    <span key={key} className={styles.tag}>
      {tagText(key, value)}
    </span>
  ));
}
