import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { queryHistory } from "../api/queries";
import type { Execution } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Empty, Failure, Waiting } from "../ui/states";
import { queryPath } from "./address";
import styles from "./query.module.css";

/** One's own queries, newest first; each opens with its text and its result while that is kept. */
export function HistoryPane({ current }: { current: string | undefined }) {
  const { t } = useWords();
  const found = useInfiniteQuery({ ...queryHistory(), refetchOnMount: "always" });
  const items = found.data?.pages.flatMap((page) => page.items);
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
  return (
    <div className={styles.history}>
      <ul>
        {items.map((execution) => (
          <li key={execution.id}>
            <Past execution={execution} current={execution.id === current} />
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <Button kind="quiet" onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
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
