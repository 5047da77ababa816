import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { AccessLine } from "../access/access-band";
import { shownOfItem } from "../access/band";
import { datasets } from "../api/queries";
import type { DatasetItem } from "../api/types";
import { Page } from "../frame/frame";
import { isTyping } from "../frame/search";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Empty, Failure, Waiting } from "../ui/states";
import styles from "./catalog.module.css";
import { Marked } from "./marked";
import { ZoneMark, zones } from "./zone";

const ROW = 64;

/** What is there: the datasets that this person may know of, found by words and zone. */
export function CatalogPage() {
  const { t } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const q = parameters.get("q") ?? "";
  const zone = parameters.get("zone") ?? "";
  const tag = parameters.get("tag") ?? "";
  const found = useInfiniteQuery(datasets({ q: q || undefined, zone: zone || undefined, tag: tag || undefined }));
  const items = found.data?.pages.flatMap((page) => page.items);
  const total = found.data?.pages[0]?.total ?? null;
  const clear = () => setParameters({});
  const narrow = (name: "zone" | "tag", value: string) => {
    const changed = new URLSearchParams(parameters);
    if (value === "") changed.delete(name);
    else changed.set(name, value);
    setParameters(changed);
  };

  return (
    <Page title={t("place.catalog")}>
      <header className={styles.head}>
        <h1>{t("place.catalog")}</h1>
        <p className="soft" aria-live="polite" data-testid="catalog-count">
          {items === undefined || total === null ? " " : sentence()}
        </p>
      </header>
      <div className={styles.split}>
        <div>
          <ZoneFacet zone={zone} onChange={(next) => narrow("zone", next)} />
          {tag !== "" && (
            <Button icon="close" className={styles.tag} title={t("catalog.withoutTag")} onClick={() => narrow("tag", "")}>
              <span className="hidden-visually">{t("catalog.withoutTag")}: </span>
              {tag}
            </Button>
          )}
        </div>
        <section className={styles.results} aria-label={t("catalog.results")} aria-busy={found.isFetching}>
          {items !== undefined && items.length > 0 ? (
            <Results
              items={items}
              search={q}
              more={found.hasNextPage && !found.isFetchingNextPage}
              onMore={() => void found.fetchNextPage()}
              dimmed={found.isPlaceholderData}
            />
          ) : found.isError ? (
            <Failure error={found.error} onRetry={() => void found.refetch()} />
          ) : items === undefined ? (
            <Waiting rows={8} height={ROW} />
          ) : q !== "" || zone !== "" || tag !== "" ? (
            <Empty title={t("catalog.noMatch")}>
              <p>{t("catalog.noMatch.what")}</p>
              <Button className={styles.clear} onClick={clear}>
                {t("catalog.clear")}
              </Button>
            </Empty>
          ) : (
            <Empty title={t("catalog.empty")}>{t("catalog.empty.what")}</Empty>
          )}
        </section>
      </div>
    </Page>
  );

  function sentence() {
    return q === "" ? t("catalog.count", { n: total ?? 0 }) : t("catalog.found", { n: total ?? 0, q });
  }
}

function ZoneFacet({ zone, onChange }: { zone: string; onChange(zone: string): void }) {
  const { t } = useWords();
  return (
    <fieldset className={styles.facet}>
      <legend>{t("catalog.zone")}</legend>
      {["", ...zones].map((each) => (
        <label key={each} className={styles.option}>
          <input type="radio" name="zone" checked={zone === each} onChange={() => onChange(each)} />
          {each === "" ? t("zone.all") : <ZoneMark zone={each as (typeof zones)[number]} />}
        </label>
      ))}
    </fieldset>
  );
}

interface ResultsProps {
  items: DatasetItem[];
  search: string;
  more: boolean;
  onMore(): void;
  dimmed: boolean;
}

/** Rows of constant height; `j` and `k` go down and up, Enter opens, the next page comes by itself. */
function Results({ items, search, more, onMore, dimmed }: ResultsProps) {
  const list = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(0);
  const scroller = () => list.current?.closest("main") ?? null;
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: scroller,
    estimateSize: () => ROW,
    overscan: 8,
    scrollMargin: margin,
  });

  useEffect(() => {
    const main = scroller();
    if (list.current === null || main === null) return;
    setMargin(list.current.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop);
  }, []);

  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= items.length - 10) onMore();
  }, [more, last, items.length, onMore]);

  useEffect(() => {
    const move = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const at = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["result"] : undefined;
      if (at === undefined && event.key.startsWith("Arrow")) return;
      event.preventDefault();
      const next = at === undefined ? 0 : Math.min(items.length - 1, Math.max(0, Number(at) + step));
      rows.scrollToIndex(next, { align: "auto" });
      requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-result="${next}"]`)?.focus());
    };
    document.addEventListener("keydown", move);
    return () => document.removeEventListener("keydown", move);
  }, [items.length, rows]);

  return (
    <ul ref={list} className={styles.list} style={{ height: rows.getTotalSize(), opacity: dimmed ? 0.6 : 1 }}>
      {visible.map((row) => {
        const item = items[row.index];
        return (
          item !== undefined && (
            <li
              key={item.uuid}
              className={styles.row}
              style={{ height: ROW, transform: `translateY(${row.start - margin}px)` }}
            >
              <Result item={item} search={search} index={row.index} />
            </li>
          )
        );
      })}
    </ul>
  );
}

function Result({ item, search, index }: { item: DatasetItem; search: string; index: number }) {
  const { t } = useWords();
  const elsewhere = item.matches?.find(({ field }) => field !== "name" && field !== "description") ?? null;
  return (
    <Link to={`/catalog/${encodeURIComponent(item.database)}/${encodeURIComponent(item.name)}`} className={styles.link} data-result={index}>
      <span className={styles.name}>
        <span className={styles.title}>
          <span className={styles.database}>
            <Marked text={item.database} search={search} />.
          </span>
          <strong>
            <Marked text={item.name} search={search} />
          </strong>
        </span>
        <ZoneMark zone={item.zone} />
      </span>
      <span className={styles.about}>
        {elsewhere !== null ? (
          <>
            <span className="soft">{t("catalog.matchIn", { field: elsewhere.field })} </span>
            <Marked text={elsewhere.text} search={search} />
          </>
        ) : item.description ? (
          <Marked text={item.description} search={search} />
        ) : (
          <span className="soft">{t("dataset.noDescription")}</span>
        )}
      </span>
      <span className={styles.access}>
        <AccessLine shown={shownOfItem(item.access)} />
      </span>
      <span className={styles.meta}>
        {item.owner ?? t("dataset.noOwner")}
        {item.updatedAt !== null && (
          <>
            {" · "}
            <Moment at={item.updatedAt} />
          </>
        )}
      </span>
    </Link>
  );
}
