import { useInfiniteQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { AccessBand } from "../access/access-band";
import { shownOfTable } from "../access/band";
import { isOver, results } from "../api/queries";
import type { Cell, Execution, Proposal, QueryError, ResultPage } from "../api/types";
import { Chart } from "../charts/chart";
import { ChooseChart } from "../charts/choose";
import { fitting, specOf, suggest, withSpec, type ChartSpec } from "../charts/spec";
import { SaveChart } from "../dashboards/save-chart";
import { Icon } from "../design/icons";
import { Grid } from "../grid/grid";
import { useWords } from "../i18n/i18n";
import { newRequestPath } from "../requests/address";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { Empty, Failure, Waiting } from "../ui/states";
import { above, explained, mayBePlan, planOf } from "./plan";
import { PlanTree } from "./plan-tree";
import styles from "./query.module.css";
import { fileFormats, resultFile } from "./result-file";

const Unloaded = lazy(() => import("./unloaded"));

/** Rows that a chart is loaded for; the service gives them a thousand at a time. */
const MOST_DRAWN = 5_000;

interface Props {
  execution: Execution;
  /** When this page sent the query, by this computer's clock; `null` when it was opened by its address. */
  sentAt: number | null;
  cancelling: boolean;
  onCancel(): void;
  onShowError: (() => void) | null;
}

/** What became of a query: how far it is, why it failed, or its rows and what they were made from. */
export function ResultsPane({ execution, sentAt, cancelling, onCancel, onShowError }: Props) {
  const { t } = useWords();
  if (!isOver(execution.state)) {
    return (
      <div className={styles.running}>
        <div className={styles.progress} aria-hidden="true" />
        <div className={styles.status} role="status">
          <span>{t(`execution.${execution.state}`)}</span>
          <Elapsed since={sentAt ?? Date.parse(execution.submittedAt)} />
          <Button icon="stop" onClick={onCancel} disabled={cancelling}>
            {cancelling ? t("query.cancelling") : t("query.cancel")}
          </Button>
        </div>
        <Waiting rows={5} />
      </div>
    );
  }
  if (execution.state === "CANCELLED") {
    return (
      <div className={styles.padded}>
        <Empty title={t("execution.CANCELLED")}>{t("query.cancelled.what")}</Empty>
      </div>
    );
  }
  if (execution.state === "FAILED") {
    const { lines } = explained(execution.sql);
    return <Failed error={above(execution.error ?? null, lines)} onShow={onShowError} proposal={execution.request ?? null} />;
  }
  return <Rows execution={execution} />;
}

/** Why a query failed or was not taken on, with its place in the text. */
export function Failed({
  error,
  onShow,
  proposal = null,
}: {
  error: QueryError | null;
  onShow: (() => void) | null;
  proposal?: Proposal | null;
}) {
  const { t } = useWords();
  return (
    <div className={styles.failed} role="alert" data-testid="query-error">
      <h2>
        {error?.line != null
          ? t("query.failedAt", { line: error.line, column: error.column ?? 1 })
          : t("query.failed")}
      </h2>
      <pre lang={error?.messageLanguage}>{error?.message ?? t("failure.unknown")}</pre>
      {error?.code && <p className="soft mono">{error.code}</p>}
      {proposal !== null && <p>{t(error?.code?.endsWith("_NOT_FOUND") === true ? "query.request.unknown" : "query.request.what")}</p>}
      <div className={styles.ways}>
        {onShow !== null && <Button onClick={onShow}>{t("query.showError")}</Button>}
        {proposal !== null && (
          <Link className={buttons.button} to={newRequestPath(proposal)}>
            {t("query.request")}
          </Link>
        )}
      </div>
    </div>
  );
}

function Rows({ execution }: { execution: Execution }) {
  const { t } = useWords();
  const found = useInfiniteQuery(results(execution.id));
  const rows = useRowsOf(found.data?.pages);
  const columns = found.data?.pages[0]?.columns;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  // A plan is drawn when all of its lines are there.
  const maybe = columns !== undefined && mayBePlan(execution.sql, columns);
  const whole = maybe && !hasNextPage;
  const plan = useMemo(() => (whole ? planOf(rows) : null), [whole, rows, rows.length]);
  useEffect(() => {
    if (maybe) onEnd();
  }, [maybe, rows.length, onEnd]);

  const { search, hash, state } = useLocation();
  const navigate = useNavigate();
  const asked = useMemo(() => specOf(new URLSearchParams(search)), [search]);
  const spec = useMemo(() => (asked === null || columns === undefined ? null : fitting(asked, columns)), [asked, columns]);
  const choose = (next: ChartSpec | null) =>
    void navigate({ search: withSpec(new URLSearchParams(search), next).toString(), hash }, { replace: true, state });
  // A chart is of more rows than one scrolls through, up to what can be told apart.
  const draws = spec !== null;
  useEffect(() => {
    if (draws && rows.length < MOST_DRAWN) onEnd();
  }, [draws, rows.length, onEnd]);
  const [saving, setSaving] = useState(false);
  const charted = columns !== undefined && rows.length > 0 && !maybe;

  const bands = (execution.access?.tables ?? []).map((table, _, all) => (
    <AccessBand
      key={table.table}
      shown={shownOfTable(table)}
      because={table.because}
      {...(all.length > 1 ? { about: table.table } : {})}
    />
  ));

  return (
    <div className={styles.rows}>
      <div className={styles.factsLine}>
        {!maybe && <Facts execution={execution} loaded={rows.length} more={hasNextPage} />}
        {charted && (
          <Button
            kind="quiet"
            icon="chart"
            aria-pressed={draws}
            onClick={() => choose(draws ? null : (suggest(columns, rows) ?? { kind: "bar", x: "", y: [] }))}
          >
            {t("chart.show")}
          </Button>
        )}
        {charted && (
          <span className={styles.files}>
            <Icon name="download" />
            {(["csv", "parquet", "arrow"] as const).map((format) => (
              <a
                key={format}
                className={`${buttons.button} ${buttons.quiet}`}
                href={resultFile(execution.id, format)}
                aria-label={t("query.download.as", { format: fileFormats[format] })}
                download
              >
                {fileFormats[format]}
              </a>
            ))}
          </span>
        )}
      </div>
      {plan === null && bands}
      <div className={styles.beside}>
        <div className={styles.resultGrid}>
          {columns === undefined ? (
            found.isError ? (
              <Failure error={found.error} onRetry={() => void found.refetch()} />
            ) : (
              <Waiting rows={8} />
            )
          ) : execution.statement === "UNLOAD" ? (
            <Suspense fallback={<Waiting rows={4} />}>
              <Unloaded execution={execution.id} />
            </Suspense>
          ) : columns.length === 0 ? (
            <Empty title={t("query.done")} />
          ) : plan !== null ? (
            <PlanTree plan={plan} text={rows.map(([line]) => line ?? "").join("\n")}>
              {bands}
            </PlanTree>
          ) : rows.length === 0 ? (
            <Empty title={t("query.noRows")}>{t("query.noRows.what")}</Empty>
          ) : (
            <Grid key={execution.id} label={t("query.results")} columns={columns} rows={rows} onEnd={onEnd} all={execution.statistics?.rows ?? rows.length} />
          )}
        </div>
        {charted && spec !== null && (
          <section className={styles.chart} aria-label={t("chart.show")} tabIndex={0}>
            <ChooseChart spec={spec} columns={columns} onChange={choose} />
          {spec.y.length > 0 && (
            <div>
              <Button onClick={() => setSaving(true)}>{t("charts.save")}</Button>
              <SaveChart
                open={saving}
                onClose={() => setSaving(false)}
                onSaved={({ id }) => void navigate(`/charts/${encodeURIComponent(id)}`)}
                sql={execution.sql}
                database={execution.database ?? null}
                chart={spec}
              />
            </div>
          )}
            <Chart spec={spec} columns={columns} rows={rows} />
            {hasNextPage && !isFetchingNextPage && <p className="soft small">{t("chart.part", { n: rows.length })}</p>}
          </section>
        )}
      </div>
    </div>
  );
}

/** The rows of all pages as one array; a page that arrives is appended, what is there is not copied again. */
function useRowsOf(pages: ResultPage[] | undefined): Cell[][] {
  const gathered = useRef<{ first: ResultPage | undefined; pages: number; rows: Cell[][] } | null>(null);
  return useMemo(() => {
    if (gathered.current === null || gathered.current.first !== pages?.[0]) {
      gathered.current = { first: pages?.[0], pages: 0, rows: [] };
    }
    const all = gathered.current;
    for (const page of pages?.slice(all.pages) ?? []) for (const row of page.rows) all.rows.push(row);
    all.pages = pages?.length ?? 0;
    return all.rows;
  }, [pages]);
}

function Facts({ execution, loaded, more }: { execution: Execution; loaded: number; more: boolean }) {
  const { t, duration, bytes } = useWords();
  const { rows = null, totalMs = null, bytesScanned = null } = execution.statistics ?? {};
  const facts = [
    t("query.rows", { n: rows ?? loaded }),
    totalMs === null ? null : duration(totalMs),
    bytesScanned === null ? null : t("query.scanned", { bytes: bytes(bytesScanned) }),
    more ? t("query.loaded", { n: loaded }) : null,
  ].filter((fact) => fact !== null);
  return (
    <p className={styles.facts} role="status" data-testid="query-facts">
      {facts.join(" · ")}
    </p>
  );
}

function Elapsed({ since }: { since: number }) {
  const { duration } = useWords();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className={styles.elapsed} aria-hidden="true">
      {duration(Math.max(0, now - since))}
    </span>
  );
}
