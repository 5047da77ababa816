import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { ColumnStateMark } from "../access/column-state";
import { datasetDetail, datasets } from "../api/queries";
import type { DatasetItem } from "../api/types";
import { Icon } from "../design/icons";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Failure, Waiting } from "../ui/states";
import { identifier, qualifiedName } from "./names";
import styles from "./query.module.css";

/** Databases, tables and columns that may be queried; a click on a name writes it into the text. */
export function TableTree({ onInsert }: { onInsert(text: string): void }) {
  const { t } = useWords();
  const [filter, setFilter] = useState("");
  const asked = useDeferredValue(filter.trim());
  const found = useInfiniteQuery(datasets({ q: asked || undefined }));
  const items = found.data?.pages.flatMap((page) => page.items);
  const databases = Map.groupBy(items ?? [], (item) => item.database);

  return (
    <div className={styles.tree}>
      <input
        type="search"
        className={styles.treeFilter}
        placeholder={t("tree.filter")}
        aria-label={t("tree.filter")}
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <div className={styles.treeBody}>
        {items === undefined ? (
          found.isError ? (
            <Failure error={found.error} onRetry={() => void found.refetch()} />
          ) : (
            <Waiting rows={8} />
          )
        ) : items.length === 0 ? (
          <p className="soft">{asked === "" ? t("catalog.empty") : t("catalog.noMatch")}</p>
        ) : (
          <ul>
            {[...databases].map(([database, tables]) => (
              <Database key={database} name={database} tables={tables} onInsert={onInsert} />
            ))}
          </ul>
        )}
        {found.hasNextPage && (
          <Button kind="quiet" onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
            {t("action.more")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Database({ name, tables, onInsert }: { name: string; tables: DatasetItem[]; onInsert(text: string): void }) {
  const [open, setOpen] = useState(true);
  return (
    <li>
      <button type="button" className={styles.branch} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Twist open={open} />
        <span className={styles.zoneDot} data-zone={tables[0]?.zone ?? "none"} />
        {name}
      </button>
      {open && (
        <ul>
          {tables.map((table) => (
            <Table key={table.uuid} table={table} onInsert={onInsert} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Table({ table, onInsert }: { table: DatasetItem; onInsert(text: string): void }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const detail = useQuery({ ...datasetDetail(table.database, table.name), enabled: open });
  return (
    <li>
      <div className={styles.leaf}>
        <button
          type="button"
          className={styles.twist}
          aria-expanded={open}
          aria-label={t("tree.columns", { table: table.name })}
          onClick={() => setOpen(!open)}
        >
          <Twist open={open} />
        </button>
        <button
          type="button"
          className={styles.insert}
          title={t("tree.insert")}
          onClick={() => onInsert(qualifiedName(table.database, table.name))}
        >
          {table.name}
        </button>
        {!table.access.select && <Icon name="lock" size={14} />}
      </div>
      {open && (
        <ul className={styles.treeColumns}>
          {detail.data === undefined && !detail.isError && <Waiting rows={3} height={24} />}
          {detail.isError && <li className="soft">{t("failure.title")}</li>}
          {detail.data?.schema.map((column) => (
            <li key={column.id} className={styles.leaf}>
              <ColumnStateMark access={column.access} words={false} />
              <button
                type="button"
                className={styles.insert}
                disabled={column.access.state === "hidden"}
                title={`${column.type}${column.doc === null ? "" : ` · ${column.doc}`}`}
                onClick={() => onInsert(identifier(column.name))}
              >
                {column.name}
              </button>
              <span className={styles.treeType}>{column.type}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Twist({ open }: { open: boolean }) {
  return (
    <span className={open ? styles.twistOpen : styles.twistShut}>
      <Icon name="chevron" size={12} />
    </span>
  );
}
