import { Fragment, useState } from "react";
import { useSearchParams } from "react-router";
import { ColumnStateMark } from "../access/column-state";
import type { Column, Dataset } from "../api/types";
import { ColumnProposals, useProposals } from "../classification/column-proposals";
import { useWords } from "../i18n/i18n";
import { Empty } from "../ui/states";
import { ColumnSheet } from "./column-sheet";
import { Tags } from "./dataset-page";
import styles from "./dataset.module.css";

/** Each column in its place, drawn by what it is to the reader; one opens in a sheet. */
export function SchemaTab({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const [filter, setFilter] = useState("");
  const opened = dataset.schema.find((column) => column.name === parameters.get("column"));
  const wanted = filter.trim().toLowerCase();
  const proposed = useProposals(`${dataset.database}.${dataset.name}`);
  const columns = dataset.schema.filter((column) => matches(column, wanted));

  if (dataset.schema.length === 0) return <Empty title={t("schema.empty")}>{t("schema.empty.what")}</Empty>;
  return (
    <>
      {dataset.schema.length > 12 && (
        <input
          type="search"
          className={styles.filter}
          placeholder={t("schema.filter", { n: dataset.schema.length })}
          aria-label={t("schema.filter", { n: dataset.schema.length })}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      <table className={styles.schema}>
        <thead>
          <tr>
            <th scope="col">{t("schema.column")}</th>
            <th scope="col">{t("schema.type")}</th>
            <th scope="col">{t("schema.toYou")}</th>
            <th scope="col">{t("schema.about")}</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr
              key={column.id}
              data-column={column.name}
              data-state={column.access.state}
              onClick={() => setParameters({ column: column.name })}
            >
              <th scope="row">
                <button type="button" className={styles.columnName} aria-haspopup="dialog">
                  <Breakable name={column.name} />
                </button>
              </th>
              <td className="mono">{column.type}</td>
              <td>
                <ColumnStateMark access={column.access} />
              </td>
              <td>
                {column.doc}
                <span className={styles.tags}>
                  <Tags tags={column.tags} />
                </span>
                <ColumnProposals of={proposed.filter((item) => item.column === column.name)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {columns.length === 0 && <p className={`soft ${styles.none}`}>{t("schema.noMatch")}</p>}
      <ColumnSheet dataset={dataset} column={opened} onClose={() => setParameters({})} />
      <dl className={styles.storage}>
        <dt>{t("dataset.format")}</dt>
        <dd>{dataset.format}</dd>
        <dt>{t("dataset.partitioning")}</dt>
        <dd>{dataset.partitioning.length === 0 ? t("dataset.unpartitioned") : dataset.partitioning.join(", ")}</dd>
        {dataset.location && (
          <>
            <dt>{t("dataset.location")}</dt>
            <dd className="mono">{dataset.location}</dd>
          </>
        )}
      </dl>
    </>
  );
}

/** A name that may wrap after its underscores. */
function Breakable({ name }: { name: string }) {
  return name.split(/(?<=_)/).map((piece, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}

function matches(column: Column, wanted: string): boolean {
  return (
    wanted === "" ||
    column.name.toLowerCase().includes(wanted) ||
    (column.doc ?? "").toLowerCase().includes(wanted) ||
    Object.entries(column.tags).some(([key, value]) => `${key}=${value}`.toLowerCase().includes(wanted))
  );
}
