import { useInfiniteQuery } from "@tanstack/react-query";
import { Problem } from "../api/client";
import { snapshots } from "../api/queries";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Empty, Failure, NotForYou, Waiting } from "../ui/states";
import styles from "./dataset.module.css";

/** The commits of the table, newest first. */
export function SnapshotsTab({ database, name }: { database: string; name: string }) {
  const { t, number } = useWords();
  const found = useInfiniteQuery(snapshots(database, name));
  const items = found.data?.pages.flatMap((page) => page.items);
  const count = (value: number | null) => (value === null ? "–" : number(value));

  if (items === undefined) {
    if (found.error instanceof Problem && found.error.status === 403) {
      return <NotForYou title={t("snapshots.none")}>{found.error.message}</NotForYou>;
    }
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={8} />;
  }
  if (items.length === 0) return <Empty title={t("snapshots.empty")}>{t("snapshots.empty.what")}</Empty>;
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("dataset.tab.snapshots")}>
      <table className={styles.plain}>
        <thead>
          <tr>
            <th scope="col">{t("snapshots.committed")}</th>
            <th scope="col">{t("snapshots.operation")}</th>
            <th scope="col" className={styles.right}>{t("snapshots.added")}</th>
            <th scope="col" className={styles.right}>{t("snapshots.deleted")}</th>
            <th scope="col" className={styles.right}>{t("snapshots.total")}</th>
            <th scope="col" className={styles.right}>{t("snapshots.files")}</th>
            <th scope="col">{t("snapshots.id")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((snapshot, index) => (
            <tr key={snapshot.id}>
              <td>
                <Moment at={snapshot.committedAt} exact />
                {index === 0 && <span className={styles.current}>{t("snapshots.current")}</span>}
              </td>
              <td>{snapshot.operation}</td>
              <td className={styles.right}>{count(snapshot.addedRecords)}</td>
              <td className={styles.right}>{count(snapshot.deletedRecords)}</td>
              <td className={styles.right}>{count(snapshot.totalRecords)}</td>
              <td className={styles.right}>{count(snapshot.addedFiles)}</td>
              <td className="mono">{snapshot.id}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage} className={styles.more}>
          {t("action.more")}
        </Button>
      )}
    </div>
  );
}
