import { Link } from "react-router";
import { ColumnStateMark } from "../access/column-state";
import { Reasons } from "../access/reasons";
import { shownOfDataset } from "../access/band";
import type { Column, ColumnState, Dataset } from "../api/types";
import { useWords } from "../i18n/i18n";
import styles from "./dataset.module.css";

const order: ColumnState[] = ["visible", "masked", "conditional", "hidden"];

/** The decision about this person and this table, in words. */
export function AccessTab({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const { rows } = shownOfDataset(dataset);
  const { select, because, summary } = dataset.access;
  return (
    <div className={styles.words}>
      <section>
        <h2>{t("access.rows")}</h2>
        {!select ? (
          <p>{t("access.rows.none")}</p>
        ) : rows === null ? (
          <p>{t("access.rows.all")}</p>
        ) : (
          <>
            <p>{t("access.rows.some")}</p>
            <pre className={styles.predicate}>{rows}</pre>
          </>
        )}
      </section>
      <section>
        <h2>{t("access.columns")}</h2>
        {order
          .filter((state) => summary[state] > 0)
          .map((state) => (
            <Group
              key={state}
              state={state}
              count={summary[state]}
              columns={dataset.schema.filter((column) => column.access.state === state)}
            />
          ))}
      </section>
      <section>
        <h2>{t("band.why")}</h2>
        <Reasons because={because} />
      </section>
    </div>
  );
}

function Group({ state, count, columns }: { state: ColumnState; count: number; columns: Column[] }) {
  const { t } = useWords();
  return (
    <div className={styles.group}>
      <h3>
        <ColumnStateMark access={{ state, because: [] }} />
        <span className="soft"> {t("band.columns", { n: count })}</span>
      </h3>
      <p className="soft">{t(`column.${state}.what`)}</p>
      <ul className={styles.columns}>
        {columns.map((column) => (
          <li key={column.id}>
            <Link
              to={{ pathname: "../schema", search: `?column=${encodeURIComponent(column.name)}` }}
              relative="path"
              className="mono"
            >
              {column.name}
            </Link>
            {(column.access.mask ?? column.access.where) && (
              <span className="soft"> {column.access.mask ?? column.access.where}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
