import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { Cell, ResultColumn } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Button, IconButton } from "../ui/button";
import { copyText } from "../ui/clipboard";
import { Sheet } from "../ui/sheet";
import { ColumnSheet } from "./column-sheet";
import { columnWidths, isNumeric, tabSeparated } from "./columns";
import styles from "./grid.module.css";

const ROW = 28;
const HEAD = 44;

interface Props {
  label: string;
  columns: ResultColumn[];
  rows: Cell[][];
  /** Called when the last rows come into view and there may be more. */
  onEnd?: () => void;
  /** How many rows there are, loaded or not. */
  all?: number;
}

interface Place {
  row: number;
  column: number;
}

/**
 * Rows and columns of text, of which only those in view exist. Arrows move, Enter opens a value, Ctrl+C copies it; S, or a click on its
 * name, says what a column is like.
 */
export function Grid({ label, columns, rows, onEnd, all = rows.length }: Props) {
  const { t, number } = useWords();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => columnWidths(columns, rows.slice(0, 100)), [columns, rows.length === 0]);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const [open, setOpen] = useState<Place | null>(null);
  const [described, describe] = useState<number | null>(null);
  const gutter = Math.max(44, String(rows.length).length * 8 + 24);

  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    scrollPaddingStart: HEAD,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => widths[index] ?? 100,
    overscan: 3,
    scrollPaddingStart: gutter,
  });
  useEffect(() => across.measure(), [across, widths]);

  const shownRows = down.getVirtualItems();
  const shownColumns = across.getVirtualItems();
  const lastRow = shownRows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd !== undefined && lastRow >= rows.length - 100) onEnd();
  }, [onEnd, lastRow, rows.length]);

  const move = (place: Place) => {
    const next = {
      row: Math.max(0, Math.min(rows.length - 1, place.row)),
      column: Math.max(0, Math.min(columns.length - 1, place.column)),
    };
    setActive(next);
    down.scrollToIndex(next.row);
    across.scrollToIndex(next.column);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { row, column } = active;
    const far = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD) / ROW) - 1);
    const target: Record<string, Place> = {
      ArrowDown: { row: far ? rows.length - 1 : row + 1, column },
      ArrowUp: { row: far ? 0 : row - 1, column },
      ArrowRight: { row, column: far ? columns.length - 1 : column + 1 },
      ArrowLeft: { row, column: far ? 0 : column - 1 },
      PageDown: { row: row + page, column },
      PageUp: { row: row - page, column },
      Home: { row: far ? 0 : row, column: 0 },
      End: { row: far ? rows.length - 1 : row, column: columns.length - 1 },
    };
    const place = target[event.key];
    if (place !== undefined) {
      event.preventDefault();
      move(place);
    } else if (event.key === "Enter") {
      event.preventDefault();
      setOpen(active);
    } else if (event.key.toLowerCase() === "s" && !far && !event.altKey) {
      event.preventDefault();
      describe(column);
    } else if (far && event.key.toLowerCase() === "c" && String(getSelection()) === "") {
      const cells = event.shiftKey ? (rows[row] ?? []) : [rows[row]?.[column] ?? null];
      void copyText(tabSeparated(cells));
    }
  };

  const cellId = (place: Place) => `${id}-${place.row}-${place.column}`;
  return (
    <>
      <div
        ref={scroller}
        className={styles.grid}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={rows.length > 0 ? cellId(active) : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div className={styles.head} role="row" aria-rowindex={1} style={{ width: across.getTotalSize() + gutter, height: HEAD }}>
          <span className={styles.corner} style={{ width: gutter }} />
          {shownColumns.map(({ index, start, size }) => (
            <span
              key={index}
              role="columnheader"
              aria-colindex={index + 1}
              className={`${styles.name} ${isNumeric(columns[index]?.type ?? "") ? styles.right : ""}`}
              style={{ left: start + gutter, width: size }}
              title={t("column.hint", { name: columns[index]?.name ?? "", type: columns[index]?.type ?? "" })}
              onClick={() => {
                setActive({ row: active.row, column: index });
                describe(index);
              }}
            >
              <strong>{columns[index]?.name}</strong>
              <span>{columns[index]?.type}</span>
            </span>
          ))}
        </div>
        <div role="rowgroup" style={{ width: across.getTotalSize() + gutter, height: down.getTotalSize(), position: "relative" }}>
          {shownRows.map((row) => (
            <div
              key={row.index}
              role="row"
              aria-rowindex={row.index + 2}
              className={styles.row}
              style={{ transform: `translateY(${row.start}px)`, height: ROW }}
            >
              <span className={styles.number} style={{ width: gutter }} aria-hidden="true">
                {number(row.index + 1)}
              </span>
              {shownColumns.map(({ index, start, size }) => {
                const value = rows[row.index]?.[index];
                const place = { row: row.index, column: index };
                const isActive = active.row === place.row && active.column === place.column;
                return (
                  <span
                    key={index}
                    id={cellId(place)}
                    role="gridcell"
                    aria-colindex={index + 1}
                    aria-selected={isActive}
                    className={`${styles.cell} ${isNumeric(columns[index]?.type ?? "") ? styles.right : ""}`}
                    style={{ left: start + gutter, width: size }}
                    onPointerDown={() => setActive(place)}
                    onDoubleClick={() => setOpen(place)}
                  >
                    {value == null ? <em>{t("grid.null")}</em> : value}
                  </span>
                );
              })}
            </div>
          ))}
        </div>
      </div>
      <ValueSheet
        column={open === null ? undefined : columns[open.column]}
        value={open === null ? null : (rows[open.row]?.[open.column] ?? null)}
        onClose={() => setOpen(null)}
        onDescribe={() => {
          describe(open?.column ?? null);
          setOpen(null);
        }}
      />
      <ColumnSheet
        column={described === null ? undefined : columns[described]}
        index={described ?? 0}
        rows={rows}
        all={all}
        onClose={() => describe(null)}
      />
    </>
  );
}

interface ValueProps {
  column: ResultColumn | undefined;
  value: Cell;
  onClose(): void;
  onDescribe(): void;
}

function ValueSheet({ column, value, onClose, onDescribe }: ValueProps) {
  const { t } = useWords();
  return (
    <Sheet open={column !== undefined} onClose={onClose} title={<span className="mono">{column?.name}</span>}>
      <div className={styles.value}>
        <span className="soft mono">{column?.type}</span>
        {value !== null && (
          <IconButton icon="copy" label={t("action.copy")} onClick={() => void copyText(value)} />
        )}
      </div>
      {value === null ? <em className="soft">{t("grid.null")}</em> : <pre>{value}</pre>}
      <Button onClick={onDescribe}>{t("column.describe")}</Button>
    </Sheet>
  );
}
