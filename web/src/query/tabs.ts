import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { client, Problem } from "../api/client";
import type { Page } from "../api/types";
import { queryPath } from "./address";
import { originOf } from "./named";

/** How many texts one person has open; the service keeps no more. */
export const MOST_TABS = 30;

/** A text that is open: what its address would say. */
export interface QueryTab {
  id: string;
  position: number;
  sql: string;
  execution: string | null;
  search: string;
}

/** Where it is; without a text, that of what was run or kept is taken. */
export const addressOfTab = ({ execution, sql, search }: QueryTab) => queryPath(execution, sql, search).replace(/#sql=$/, "");

/** What a tab is called: its first comment, or else its first words. */
export function titleOf(sql: string): string {
  const comment = /^\s*--+\s*(\S[^\n]*)/.exec(sql)?.[1];
  const text = comment ?? sql.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, " ");
  const words = text.trim().replace(/\s+/g, " ");
  return words.length > 32 ? `${words.slice(0, 31)}…` : words;
}

/** The tab that an address from elsewhere means: of the same execution and text, or of the same kept text; or none. */
export function tabFor(tabs: QueryTab[], execution: string | null, sql: string | null, search: string): QueryTab | undefined {
  const origin = JSON.stringify(originOf(search));
  if (execution === null && sql === null && origin !== "null") return tabs.find((tab) => JSON.stringify(originOf(tab.search)) === origin);
  return tabs.find(
    (tab) =>
      tab.execution === execution && (sql === null ? execution !== null : tab.sql === sql && (execution !== null || tab.search === search)),
  );
}

/** Which tab is shown when one is closed: the next one, or else the one before. */
export function neighbourOf(tabs: QueryTab[], id: string): QueryTab | undefined {
  const at = tabs.findIndex((tab) => tab.id === id);
  return tabs[at + 1] ?? tabs[at - 1];
}

/** Where they are until somebody else signs in, for when the service does not answer. */
const REMEMBERED = ["query-tabs"];

const newId = () => crypto.getRandomValues(new Uint32Array(3)).join("-");
const withoutTime = ({ id, position, sql, execution, search }: QueryTab): QueryTab => ({ id, position, sql, execution, search });

// What is on its way to the service, one after the other, also from a page that was left.
let sending: Promise<void> = Promise.resolve();

/**
 * The tabs of whoever is signed in: kept by the service a moment after each change. Of a tab whose text another window changed
 * meanwhile both texts stay: what is written here goes on in a tab of its own, of which `onMoved` is told.
 */
export function useTabs(onMoved: (from: string, to: QueryTab) => void) {
  const cache = useQueryClient();
  const [tabs, setTabs] = useState<QueryTab[] | null>(null);
  const [failed, setFailed] = useState(false);
  const known = useRef<QueryTab[]>([]);
  const unsaved = useRef(new Map<string, QueryTab | null>());
  /** The texts that the service had when this window heard of them last. */
  const kept = useRef(new Map<string, string>());
  const moved = useRef(onMoved);
  useEffect(() => {
    moved.current = onMoved;
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  /** Shows what another window made of a tab, and goes on with what is written here in a new one. */
  const part = useRef(async (id: string) => {
    const { items } = await client.get<Page<QueryTab>>("/query-tabs");
    items.forEach((each) => kept.current.set(each.id, each.sql));
    const theirs = items.find((each) => each.id === id);
    const mine = known.current.find((each) => each.id === id);
    if (theirs === undefined || mine === undefined) return;
    const own = { ...mine, id: newId(), position: Math.max(...known.current.map(({ position }) => position)) + 1 };
    known.current = [...known.current.map((each) => (each.id === id ? withoutTime(theirs) : each)), own];
    setTabs(known.current);
    unsaved.current.delete(id);
    unsaved.current.set(own.id, own);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => flush(), 700);
    moved.current(id, own);
  });

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    const changes = [...unsaved.current];
    unsaved.current.clear();
    if (changes.length === 0) return;
    sending = sending.then(async () => {
      let lost = false;
      for (const [id, tab] of changes) {
        const path = `/query-tabs/${encodeURIComponent(id)}`;
        try {
          if (tab === null) await client.delete(path);
          else await client.put(path, { ...tab, id: undefined, was: kept.current.get(id) });
          if (tab !== null) kept.current.set(id, tab.sql);
        } catch (error) {
          if (tab === null && error instanceof Problem && error.status === 404) continue;
          if (tab !== null && error instanceof Problem && error.code === "changed-elsewhere") {
            await part.current(id).catch(() => (lost = true));
            continue;
          }
          lost = true;
          // A refused text is refused again; anything else is tried with the next change.
          const passes = !(error instanceof Problem) || error.status === 401 || error.status >= 500;
          if (passes && !unsaved.current.has(id)) unsaved.current.set(id, tab);
        }
      }
      setFailed(lost);
    });
  }, []);

  useEffect(() => {
    let here = true;
    const found = (items: QueryTab[]) => {
      if (!here) return;
      known.current = items;
      items.forEach((each) => kept.current.set(each.id, each.sql));
      setTabs(items);
    };
    sending
      .then(() => client.get<Page<QueryTab>>("/query-tabs"))
      .then(
        ({ items }) => found(items.map(withoutTime)),
        () => {
          setFailed(true);
          found(cache.getQueryData<QueryTab[]>(REMEMBERED) ?? []);
        },
      );
    const hidden = () => document.visibilityState === "hidden" && flush();
    document.addEventListener("visibilitychange", hidden);
    return () => {
      here = false;
      document.removeEventListener("visibilitychange", hidden);
      flush();
    };
  }, [cache, flush]);

  /** Makes a tab what is given, or closes it with `null`. */
  const change = useCallback(
    (id: string, tab: QueryTab | null) => {
      const before = known.current.find((each) => each.id === id);
      if (tab !== null && before !== undefined && JSON.stringify(before) === JSON.stringify(tab)) return;
      const others = known.current.filter((each) => each.id !== id);
      known.current = tab === null ? others : [...others, tab].sort((one, other) => one.position - other.position);
      setTabs(known.current);
      cache.setQueryData(REMEMBERED, known.current);
      unsaved.current.set(id, tab);
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, 700);
    },
    [cache, flush],
  );

  const find = useCallback((id: string | undefined) => known.current.find((tab) => tab.id === id), []);
  const all = useCallback(() => known.current, []);
  /** A tab that is not open yet, after the others. */
  const made = useCallback(
    (sql: string, execution: string | null, search: string): QueryTab => ({
      id: newId(),
      position: (known.current.at(-1)?.position ?? 0) + 1,
      sql,
      execution,
      search,
    }),
    [],
  );
  return { tabs, failed, change, find, all, made };
}
