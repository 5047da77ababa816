import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { AccessLine } from "../access/access-band";
import { shownOfItem } from "../access/band";
import { datasets, type CatalogSearch } from "../api/queries";
import type { DatasetItem, Match } from "../api/types";
import { Icon } from "../design/icons";
import { Page } from "../frame/frame";
import { isTyping } from "../frame/search";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Empty, Failure, Waiting } from "../ui/states";
import styles from "./catalog.module.css";
import { Facets } from "./facets";
import { Marked } from "./marked";
import { SavedViews } from "./saved-views";
import { isAlmost, parametersOf, searchOf } from "./search";
import { ZoneMark, zones } from "./zone";

const ROW = 64;

/** What is there: the datasets that this person may know of, found by words and by what they are. */
export function CatalogPage() {
  const { t } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const [narrowing, setNarrowing] = useState(false);
  const search = searchOf(parameters);
  const { q = "", sort, ...chosen } = search;
  const found = useInfiniteQuery(datasets(search));
  const items = found.data?.pages.flatMap((page) => page.items);
  const total = found.data?.pages[0]?.total ?? null;
  const change = (next: CatalogSearch) => setParameters(parametersOf(next));
  const filters = Object.values(chosen).flat().length;

  return (
    <Page title={t("place.catalog")}>
      <header className={styles.head}>
        <h1>{t("place.catalog")}</h1>
        <div className={styles.line}>
          <p className="soft" aria-live="polite" data-testid="catalog-count">
            {items === undefined || total === null ? " " : sentence(items)}
          </p>
          <label className={styles.sort}>
            <span className="hidden-visually">{t("catalog.sort")}</span>
            <select value={sort ?? "best"} onChange={(event) => change({ ...search, sort: event.target.value === "best" ? undefined : event.target.value })}>
              <option value="best">{t(q === "" ? "catalog.sort.name" : "catalog.sort.best")}</option>
              <option value="newest">{t("catalog.sort.newest")}</option>
            </select>
          </label>
        </div>
        <Button className={styles.narrow} aria-expanded={narrowing} onClick={() => setNarrowing(!narrowing)}>
          {filters === 0 ? t("catalog.narrow") : t("catalog.narrowed", { n: filters })}
        </Button>
      </header>
      <div className={styles.split}>
        <div className={styles.side} data-open={narrowing ? "" : undefined}>
          <SavedViews search={search} />
          <Facets search={search} onChange={change} />
        </div>
        <section className={styles.results} aria-label={t("catalog.results")} aria-busy={found.isFetching}>
          {filters > 0 && <Chosen search={search} onChange={change} />}
          {items !== undefined && items.length > 0 ? (
            <Results
              key={filters === 0 ? "all" : "some"}
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
          ) : q !== "" || filters > 0 ? (
            <Empty title={t("catalog.noMatch")}>
              <p>{t("catalog.noMatch.what")}</p>
              <Button className={styles.clear} onClick={() => change({})}>
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

  function sentence(first: DatasetItem[]) {
    const n = total ?? 0;
    if (q === "") return t(filters === 0 ? "catalog.count" : "catalog.countChosen", { n });
    const words = first[0]?.matches?.map((match) => match.words) ?? [];
    return t(isAlmost(q, words) ? "catalog.almost" : "catalog.found", { n, q });
  }
}

/** What was chosen, each to be taken back. */
function Chosen({ search, onChange }: { search: CatalogSearch; onChange(search: CatalogSearch): void }) {
  const { t } = useWords();
  const chips: { what: string; without: CatalogSearch }[] = [];
  for (const name of ["zone", "access", "certified", "database", "owner"] as const) {
    const value = search[name];
    if (value !== undefined) {
      const zone = zones.find((each) => each === value);
      const what = name === "zone" && zone !== undefined ? t(`zone.${zone}`) : name === "access" && (value === "read" || value === "ask") ? t(`catalog.access.${value}`) : name === "certified" && (value === "yes" || value === "no") ? t(`catalog.certified.${value}`) : value;
      chips.push({ what, without: { ...search, [name]: undefined } });
    }
  }
  const tags = search.tag ?? [];
  for (const tag of tags) chips.push({ what: tag, without: { ...search, tag: tags.filter((each) => each !== tag) } });
  return (
    <ul className={styles.chosen} aria-label={t("catalog.chosen")}>
      {chips.map(({ what, without }) => (
        <li key={what}>
          <Button icon="close" title={t("catalog.without", { what })} aria-label={t("catalog.without", { what })} onClick={() => onChange(without)}>
            {what}
          </Button>
        </li>
      ))}
    </ul>
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
  const matches = item.matches ?? [];
  const words = matches.length === 0 ? search : matches.map((match) => match.words).join(" ");
  return (
    <Link
      to={`/catalog/${encodeURIComponent(item.database)}/${encodeURIComponent(item.name)}`}
      className={styles.link}
      data-result={index}
      data-found={matches.length > 0 ? "" : undefined}
    >
      <span className={styles.name}>
        <span className={styles.title}>
          <span className={styles.database}>
            <Marked text={item.database} search={words} />.
          </span>
          <strong>
            <Marked text={item.name} search={words} />
          </strong>
        </span>
        <ZoneMark zone={item.zone} />
        {item.certified && (
          <span className={styles.seal} title={t("certify.is")}>
            <Icon name="seal" size={14} />
            <span className="hidden-visually">{t("certify.is")}</span>
          </span>
        )}
      </span>
      <span className={styles.about} data-testid={matches.length > 0 ? "why" : undefined}>
        {matches.length > 0 ? (
          <Why matches={matches} description={item.description} />
        ) : item.description ? (
          item.description
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

/** Where the words of the search are: in which column, tag or text. Those of the name are marked there. */
function Why({ matches, description }: { matches: Match[]; description: string | null }) {
  const { t } = useWords();
  const places = [...new Map(matches.map((match) => [`${match.field} ${match.text}`, match])).values()];
  const words = matches.map((match) => match.words).join(" ");
  return (
    <>
      {places.map(({ field, text }) => (
        <span key={`${field} ${text}`} className={styles.why}>
          <span className={styles.field} data-field={field}>{t(`match.${field}`)}</span>
          {field !== "name" && <Marked text={text} search={words} />}
        </span>
      ))}
      {description !== null && places.every(({ field }) => field === "name") && <Marked text={description} search={words} />}
    </>
  );
}
