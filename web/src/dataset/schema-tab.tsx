import { useVirtualizer } from "@tanstack/react-virtual";
import { Fragment, memo, useLayoutEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { ColumnStateMark } from "../access/column-state";
import type { Column, Dataset, TagProposal } from "../api/types";
import { ColumnProposals, useProposals } from "../classification/column-proposals";
import { useWords } from "../i18n/i18n";
import { Empty } from "../ui/states";
import { ColumnSheet } from "./column-sheet";
import { Tags } from "./dataset-page";
import styles from "./dataset.module.css";

/** From more columns on, only the rows in view exist. */
const MOST_AT_ONCE = 200;

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
      <table className={`${styles.schema} ${columns.length > MOST_AT_ONCE ? styles.steady : ""}`} aria-rowcount={columns.length + 1}>
        <thead>
          <tr>
            <th scope="col">{t("schema.column")}</th>
            <th scope="col">{t("schema.type")}</th>
            <th scope="col">{t("schema.toYou")}</th>
            <th scope="col">{t("schema.about")}</th>
          </tr>
        </thead>
        <Rows columns={columns} table={dataset.tags} proposed={proposed} onOpen={(column) => setParameters({ column })} />
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

interface RowsProps {
  columns: Column[];
  /** The tags of the table, which are not said again of each column. */
  table: Record<string, string>;
  proposed: TagProposal[];
  onOpen(column: string): void;
}

/** All rows, or of very many those in view. */
function Rows({ columns, table, proposed, onOpen }: RowsProps) {
  const row = (column: Column, index: number) => (
    <Row key={column.id} column={column} index={index} table={table} proposed={proposed} onOpen={onOpen} />
  );
  if (columns.length > MOST_AT_ONCE) return <RowsInView columns={columns} table={table} proposed={proposed} onOpen={onOpen} />;
  return <tbody>{columns.map(row)}</tbody>;
}

function RowsInView({ columns, table, proposed, onOpen }: RowsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [margin, setMargin] = useState(0);
  const scroller = () => body.current?.closest("main") ?? null;
  const rows = useVirtualizer({
    count: columns.length,
    getScrollElement: scroller,
    estimateSize: () => 37,
    getItemKey: (index) => columns[index]?.id ?? index,
    overscan: 16,
    scrollMargin: margin,
  });
  // What stands above may grow, as the reasons of the access band do when they are opened.
  useLayoutEffect(() => {
    const main = scroller();
    if (body.current === null || main === null) return;
    setMargin(Math.round(body.current.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop));
  });
  const shown = rows.getVirtualItems();
  const above = (shown[0]?.start ?? margin) - margin;
  const below = rows.getTotalSize() - above - shown.reduce((sum, { size }) => sum + size, 0);
  return (
    <tbody ref={body}>
      <Room height={above} />
      {shown.map(({ index }) => {
        const column = columns[index];
        return column && <Row key={column.id} column={column} index={index} table={table} proposed={proposed} onOpen={onOpen} measure={rows.measureElement} />;
      })}
      <Room height={below} />
    </tbody>
  );
}

/** The place of rows that are out of view. */
function Room({ height }: { height: number }) {
  return height <= 0 ? null : (
    <tr aria-hidden="true" className={styles.room}>
      <td colSpan={4} style={{ height }} />
    </tr>
  );
}

interface RowProps {
  column: Column;
  index: number;
  table: Record<string, string>;
  proposed: TagProposal[];
  onOpen(column: string): void;
  measure?: (row: HTMLTableRowElement | null) => void;
}

const Row = memo(function Row({ column, index, table, proposed, onOpen, measure }: RowProps) {
  return (
    <tr
      ref={measure}
      data-index={index}
      data-column={column.name}
      data-state={column.access.state}
      aria-rowindex={index + 2}
      onClick={() => onOpen(column.name)}
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
          <Tags tags={Object.fromEntries(Object.entries(column.tags).filter(([key, value]) => table[key] !== value))} />
        </span>
        <ColumnProposals of={proposed.filter((item) => item.column === column.name)} />
      </td>
    </tr>
  );
});

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
