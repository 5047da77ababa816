import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { queryHistory } from "../api/queries";
import type { Execution } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Empty, Failure, Waiting } from "../ui/states";
import { queryPath } from "./address";
import { fits, MOST_SEARCHED, type PastSearch } from "./past";
import styles from "./query.module.css";

const STATES = ["SUCCEEDED", "FAILED", "CANCELLED", "RUNNING"] as const;

/**
 * One's own queries, newest first; each opens in a tab with its text and its result while that is kept. They are looked through
 * here: the words one looks for are often values, and an address that is asked for is in the logs of servers.
 */
export function HistoryPane({ current }: { current: string | undefined }) {
  const { t } = useWords();
  const found = useInfiniteQuery({ ...queryHistory(), refetchOnMount: "always" });
  const [search, setSearch] = useState<PastSearch>({ words: "", state: "" });
  const items = found.data?.pages.flatMap((page) => page.items);
  const looking = search.words.trim() !== "" || search.state !== "";
  const loaded = items?.length ?? 0;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = found;
  const further = looking && hasNextPage && !isFetchNextPageError && loaded < MOST_SEARCHED;
  useEffect(() => {
    if (further && !isFetchingNextPage) void fetchNextPage();
  }, [further, isFetchingNextPage, fetchNextPage]);
  if (items === undefined) {
    return (
      <div className={styles.padded}>
        {found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={6} />}
      </div>
    );
  }
  if (items.length === 0) {
    return (
      <div className={styles.padded}>
        <Empty title={t("history.empty")}>{t("history.empty.what")}</Empty>
      </div>
    );
  }
  const shown = looking ? items.filter((execution) => fits(execution, { ...search, words: search.words.trim() })) : items;
  return (
    <div className={styles.history}>
      <div className={styles.filters}>
        <input
          type="search"
          aria-label={t("history.filter")}
          placeholder={t("history.filter")}
          value={search.words}
          onChange={({ target }) => setSearch({ ...search, words: target.value })}
        />
        <select
          aria-label={t("history.state")}
          value={search.state}
          onChange={({ target }) => setSearch({ ...search, state: STATES.find((state) => state === target.value) ?? "" })}
        >
          <option value="">{t("history.state.all")}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t(`execution.${state}`)}
            </option>
          ))}
        </select>
        <span className="soft small" role="status">
          {looking ? t("history.found", { n: shown.length, of: loaded }) : ""}
        </span>
      </div>
      {shown.length === 0 && (
        <div className={styles.padded}>{further ? <Waiting rows={4} /> : <Empty title={t("history.none")}>{t("history.none.what")}</Empty>}</div>
      )}
      <ul>
        {shown.map((execution) => (
          <li key={execution.id} data-testid="past">
            <Past execution={execution} current={execution.id === current} />
          </li>
        ))}
      </ul>
      {hasNextPage && !further && (
        <Button kind="quiet" onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
          {t("action.more")}
        </Button>
      )}
    </div>
  );
}

function Past({ execution, current }: { execution: Execution; current: boolean }) {
  const { t, duration } = useWords();
  const { rows = null, totalMs = null } = execution.statistics ?? {};
  const facts = [
    execution.state === "SUCCEEDED" && rows !== null ? t("query.rows", { n: rows }) : null,
    totalMs === null ? null : duration(totalMs),
  ].filter((fact) => fact !== null);
  return (
    <Link to={queryPath(execution.id, execution.sql)} className={styles.past} aria-current={current || undefined}>
      <code>{execution.sql.replace(/\s+/g, " ").slice(0, 300)}</code>
      <span className={styles.pastFacts}>
        <span data-state={execution.state}>{t(`execution.${execution.state}`)}</span>
        {facts.map((fact) => ` · ${fact}`)}
        {" · "}
        <Moment at={execution.submittedAt} />
      </span>
    </Link>
  );
}
