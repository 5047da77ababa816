import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { Icon } from "../design/icons";
import { useWords } from "../i18n/i18n";
import { Button, IconButton } from "../ui/button";
import { namedQueries, originOf } from "./named";
import styles from "./query.module.css";
import { MOST_TABS, titleOf, type QueryTab } from "./tabs";

interface Props {
  tabs: QueryTab[];
  active: string | undefined;
  panel: string;
  closed: QueryTab | null;
  failed: boolean;
  /** Whether what is shown became a tab of its own, as another window changed the one it was. */
  parted: boolean;
  onOpen(tab: QueryTab): void;
  onClose(tab: QueryTab): void;
  onNew(): void;
  onUndo(): void;
}

/** The texts that are open. Arrows move between them, Enter shows one, Delete closes it; what was closed can be had back. */
export function TabBar({ tabs, active, panel, closed, failed, parted, onOpen, onClose, onNew, onUndo }: Props) {
  const { t } = useWords();
  const named = useQuery(namedQueries()).data?.items;
  const nameOf = (tab: QueryTab) => {
    const origin = originOf(tab.search);
    const kept = origin?.kind === "named" ? named?.find(({ id }) => id === origin.id)?.name : undefined;
    return (kept ?? titleOf(tab.sql)) || t("tabs.empty");
  };
  const list = useRef<HTMLDivElement>(null);
  const focusNext = useRef(false);
  useEffect(() => {
    const shown = list.current?.querySelector<HTMLElement>("[aria-selected=true]");
    shown?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focusNext.current) shown?.focus();
    focusNext.current = false;
  }, [active, tabs.length]);

  const onKeyDown = (event: KeyboardEvent, index: number, tab: QueryTab) => {
    const to: Record<string, number> = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 };
    const target = to[event.key];
    if (target !== undefined) {
      event.preventDefault();
      list.current?.querySelectorAll<HTMLElement>("[role=tab]")[(target + tabs.length) % tabs.length]?.focus();
    } else if (event.key === "Delete") {
      event.preventDefault();
      focusNext.current = true;
      onClose(tab);
    }
  };

  const full = tabs.length >= MOST_TABS;
  return (
    <div className={styles.tabs}>
      <div ref={list} className={styles.tabList} role="tablist" aria-label={t("tabs.title")}>
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${panel}-${tab.id}`}
            aria-selected={tab.id === active}
            aria-controls={panel}
            aria-keyshortcuts="Delete"
            tabIndex={tab.id === active ? 0 : -1}
            className={styles.tab}
            data-testid="query-tab"
            title={tab.sql.slice(0, 400) || t("tabs.empty")}
            onClick={() => onOpen(tab)}
            onAuxClick={(event) => event.button === 1 && onClose(tab)}
            onKeyDown={(event) => onKeyDown(event, index, tab)}
          >
            <span className={styles.tabName}>{nameOf(tab)}</span>
            <span
              className={styles.tabClose}
              aria-hidden="true"
              title={t("tabs.close")}
              onClick={(event) => {
                event.stopPropagation();
                onClose(tab);
              }}
            >
              <Icon name="close" size={12} />
            </span>
          </button>
        ))}
      </div>
      <IconButton icon="plus" label={full ? t("tabs.full", { n: MOST_TABS }) : t("query.new")} disabled={full} onClick={onNew} />
      <span className={styles.tabNote} role="status">
        {closed !== null ? t("tabs.closed", { name: nameOf(closed) }) : failed ? t("tabs.failed") : parted ? t("tabs.parted") : ""}
      </span>
      {closed !== null && (
        <Button kind="quiet" onClick={onUndo}>
          {t("tabs.undo")}
        </Button>
      )}
    </div>
  );
}
