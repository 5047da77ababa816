import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type RefObject } from "react";
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
const OVERSCAN = 12;

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
  const numeric = useMemo(() => columns.map(({ type }) => isNumeric(type)), [columns]);
  const scroller = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => columnWidths(columns, rows.slice(0, 100)), [columns, rows.length === 0]);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const [open, setOpen] = useState<Place | null>(null);
  const [described, describe] = useState<number | null>(null);
  const gutter = Math.max(44, String(rows.length).length * 8 + 24);

  const down = useRowsInView(scroller, rows.length);
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => widths[index] ?? 100,
    overscan: 3,
    scrollPaddingStart: gutter,
  });
  useEffect(() => across.measure(), [across, widths]);

  const shownColumns = across.getVirtualItems();
  const inView = Array.from({ length: down.until - down.from }, (_, at) => down.from + at);
  const lastRow = down.until - 1;
  useEffect(() => {
    if (onEnd !== undefined && lastRow >= rows.length - 100) onEnd();
  }, [onEnd, lastRow, rows.length]);

  // Rows may have come since what is drawn: they can be scrolled to once they are drawn, too.
  const moved = useRef(false);
  const { show } = down;
  useLayoutEffect(() => {
    if (moved.current) show(active.row);
    moved.current = false;
  }, [active, show]);

  const move = (place: Place) => {
    const next = {
      row: Math.max(0, Math.min(rows.length - 1, place.row)),
      column: Math.max(0, Math.min(columns.length - 1, place.column)),
    };
    moved.current = true;
    setActive(next);
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

  return (
    <>
      <div
        ref={scroller}
        className={styles.grid}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={rows.length > 0 ? cellId(id, active.row, active.column) : undefined}
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
              className={numeric[index] ? `${styles.name} ${styles.right}` : styles.name}
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
        <div
          role="rowgroup"
          style={{ width: across.getTotalSize() + gutter, height: rows.length * ROW, position: "relative" }}
          onPointerDown={(event) => at(event, setActive)}
          onDoubleClick={(event) => at(event, setOpen)}
        >
          <div className={styles.numbers} style={{ width: gutter }} aria-hidden="true">
            {inView.map((row) => (
              <span key={row} style={{ transform: `translateY(${row * ROW}px)` }}>
                {number(row + 1)}
              </span>
            ))}
          </div>
          {inView.map((row) => (
            <Row
              key={row}
              id={id}
              row={row}
              cells={rows[row]}
              columns={shownColumns}
              numeric={numeric}
              gutter={gutter}
              active={active.row === row ? active.column : null}
            />
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

const cellId = (id: string, row: number, column: number) => `${id}-${row}-${column}`;

/** Tells the place of the cell that an event is about. */
function at(event: MouseEvent, tell: (place: Place) => void) {
  const cell = (event.target as Element).closest<HTMLElement>("[role=gridcell]");
  if (cell !== null) tell({ row: Number(cell.dataset["row"]), column: Number(cell.getAttribute("aria-colindex")) - 1 });
}

interface RowProps {
  id: string;
  row: number;
  cells: Cell[] | undefined;
  columns: VirtualItem[];
  numeric: boolean[];
  gutter: number;
  /** The column of the active cell, if it is in this row. */
  active: number | null;
}

/** A row that is drawn once, as long as it is in view: while one scrolls, only rows that come into view are new. */
const Row = memo(function Row({ id, row, cells, columns, numeric, gutter, active }: RowProps) {
  const { t } = useWords();
  return (
    <div role="row" aria-rowindex={row + 2} className={styles.row} style={{ transform: `translateY(${row * ROW}px)`, height: ROW }}>
      {columns.map(({ index, start, size }) => {
        const value = cells?.[index];
        return (
          <span
            key={index}
            id={cellId(id, row, index)}
            role="gridcell"
            aria-colindex={index + 1}
            aria-selected={active === index}
            data-row={row}
            className={numeric[index] ? `${styles.cell} ${styles.right}` : styles.cell}
            style={{ left: start + gutter, width: size }}
          >
            {value == null ? <em>{t("grid.null")}</em> : value}
          </span>
        );
      })}
    </div>
  );
});

/** Which of very many rows of one height are in view, from their places alone: nothing is kept for those that are not. */
function useRowsInView(scroller: RefObject<HTMLDivElement | null>, count: number) {
  const [view, setView] = useState({ from: 0, until: Math.min(count, OVERSCAN) });
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const look = () => {
      const first = Math.floor(box.scrollTop / ROW);
      const from = Math.max(0, first - OVERSCAN);
      const until = Math.min(count, first + Math.ceil(box.clientHeight / ROW) + OVERSCAN);
      setView((before) => (before.from === from && before.until === until ? before : { from, until }));
    };
    look();
    box.addEventListener("scroll", look, { passive: true });
    const sizes = new ResizeObserver(look);
    sizes.observe(box);
    return () => {
      box.removeEventListener("scroll", look);
      sizes.disconnect();
    };
  }, [scroller, count]);
  const again = useRef(0);
  const show = useCallback(
    (row: number) => {
      // Right after rows were added, a browser may scroll to the end that there was before: then it is asked again.
      let turns = 30;
      let there = 0;
      const place = () => {
        const box = scroller.current;
        if (box === null) return;
        const room = box.clientHeight - HEAD;
        if (row * ROW < box.scrollTop) box.scrollTop = row * ROW;
        else if ((row + 1) * ROW > box.scrollTop + room) box.scrollTop = (row + 1) * ROW - room;
        else there++;
        if (--turns > 0 && there < 3) again.current = requestAnimationFrame(place);
      };
      cancelAnimationFrame(again.current);
      place();
    },
    [scroller],
  );
  useEffect(() => () => cancelAnimationFrame(again.current), []);
  return { ...view, show };
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
