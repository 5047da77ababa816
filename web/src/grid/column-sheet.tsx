import { useEffect, useState } from "react";
import type { Cell, ResultColumn } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Sheet } from "../ui/sheet";
import { Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./grid.module.css";
import { MOST_DISTINCT, statisticsOf, type ColumnStatistics } from "./statistics";

interface Props {
  column: ResultColumn | undefined;
  index: number;
  rows: Cell[][];
  /** How many rows there are, loaded or not. */
  all: number;
  onClose(): void;
}

/** What the loaded rows say about a column. */
export function ColumnSheet({ column, index, rows, all, onClose }: Props) {
  const { t, number } = useWords();
  const [found, setFound] = useState<ColumnStatistics | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const loaded = rows.length;
  useEffect(() => {
    if (column === undefined) return;
    const given = new AbortController();
    setFound(null);
    setFailure(null);
    statisticsOf(rows, index, column.type, given.signal).then(setFound, (error: unknown) => {
      if (!given.signal.aborted) setFailure(error);
    });
    return () => given.abort();
  }, [column, index, rows, loaded]);
  const share = (count: number) => (found === null || found.rows === 0 ? 0 : (100 * count) / found.rows);
  return (
    <Sheet open={column !== undefined} onClose={onClose} title={<span className="mono">{column?.name}</span>}>
      <p className="soft mono">{column?.type}</p>
      {failure !== null ? (
        <Failure error={failure} />
      ) : found === null ? (
        <Waiting rows={6} />
      ) : (
        <div data-testid="column-statistics" role="region" aria-label={column?.name} tabIndex={0}>
          <p className="soft">{all > found.rows ? t("column.ofSome", { n: found.rows, all: number(all) }) : t("column.ofAll", { n: found.rows })}</p>
          <dl className={styles.statistics}>
            <dt>{t("column.values")}</dt>
            <dd>{number(found.rows - found.nulls)}</dd>
            <dt>{t("column.nulls")}</dt>
            <dd>{number(found.nulls)}</dd>
            <dt>{t("column.distinct")}</dt>
            <dd>{found.distinct === null ? t("column.distinct.many", { n: MOST_DISTINCT }) : number(found.distinct)}</dd>
            <dt>{t("column.min")}</dt>
            <dd>{found.min ?? "–"}</dd>
            <dt>{t("column.max")}</dt>
            <dd>{found.max ?? "–"}</dd>
            {found.mean !== null && (
              <>
                <dt>{t("column.mean")}</dt>
                <dd>{number(found.mean)}</dd>
              </>
            )}
          </dl>
          {found.top.length > 0 && (
            <table className={tables.table}>
              <caption className={styles.caption}>{t("column.top")}</caption>
              <tbody>
                {found.top.map(({ value, count }) => (
                  <tr key={value}>
                    <th scope="row" className={tables.wrap}>
                      {value === "" ? <em className="soft">{t("column.empty")}</em> : value.slice(0, 200)}
                      <svg className={styles.share} width="100%" height="4" aria-hidden="true">
                        <rect width={`${share(count)}%`} height="4" />
                      </svg>
                    </th>
                    <td className={tables.right}>{number(count)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      )}
    </Sheet>
  );
}
