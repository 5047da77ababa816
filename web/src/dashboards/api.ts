import { queryOptions } from "@tanstack/react-query";
import { client } from "../api/client";
import { isOver, pollAfter } from "../api/queries";
import type { Cell, Execution, Page, ResultColumn, ResultPage } from "../api/types";
import type { ChartKind, ChartSpec } from "../charts/spec";

/** What the chart is to who looks: its query runs, or is not theirs to run, or does not run any more. */
export type ChartState = "open" | "closed" | "broken";

export interface ChartItem {
  id: string;
  title: string;
  description: string | null;
  owner: string;
  mine: boolean;
  shared: boolean;
  kind: ChartKind;
  createdAt: string;
}

/** A chart that can be drawn; text and spec are null to who may not run it. */
export interface Charted {
  state: ChartState;
  sql: string | null;
  database?: string | null;
  chart: ChartSpec | null;
  ask: string[];
}

export interface SavedChart extends Omit<ChartItem, "kind">, Charted {}

export interface Bilingual {
  en: string;
  es: string;
}

export interface DashboardItem {
  name: string;
  title: Bilingual;
  description: Bilingual | null;
  charts: number;
}

export interface Dashboard extends Omit<DashboardItem, "charts"> {
  charts: (Charted & { title: Bilingual })[];
}

export interface ChartDraft {
  title: string;
  description: string;
  database: string | null;
  sql: string;
  chart: ChartSpec;
  shared: boolean;
}

export const charts = () =>
  queryOptions({ queryKey: ["charts"], queryFn: ({ signal }) => client.get<Page<ChartItem>>("/charts", {}, signal) });

export const savedChart = (id: string) =>
  queryOptions({
    queryKey: ["charts", id],
    queryFn: ({ signal }) => client.get<SavedChart>(`/charts/${encodeURIComponent(id)}`, {}, signal),
  });

export const dashboards = () =>
  queryOptions({ queryKey: ["dashboards"], queryFn: ({ signal }) => client.get<Page<DashboardItem>>("/dashboards", {}, signal) });

export const dashboard = (name: string) =>
  queryOptions({
    queryKey: ["dashboards", name],
    queryFn: ({ signal }) => client.get<Dashboard>(`/dashboards/${encodeURIComponent(name)}`, {}, signal),
  });

/** What a query came to: its rows, or why there are none. */
export interface Outcome {
  execution: Execution;
  columns: ResultColumn[];
  rows: Cell[][];
}

const PAGE = 1000;
const MOST = 5_000;

/** Runs the query of a chart as whoever is signed in; an answer of theirs that still holds is taken again. */
export const outcome = (sql: string, database: string | null) =>
  queryOptions({
    queryKey: ["outcome", sql, database],
    queryFn: async ({ signal }): Promise<Outcome> => {
      const started = await client.post<Execution>("/queries", {
        sql,
        ...(database === null ? {} : { database }),
        waitMs: 2_000,
        reuseMaxAgeMinutes: 60,
      });
      const path = `/queries/${encodeURIComponent(started.id)}`;
      const since = Date.now();
      let execution = await client.get<Execution>(path, {}, signal);
      while (!isOver(execution.state)) {
        await new Promise((resolve) => setTimeout(resolve, pollAfter(Date.now() - since)));
        signal.throwIfAborted();
        execution = await client.get<Execution>(path, {}, signal);
      }
      const rows: Cell[][] = [];
      let columns: ResultColumn[] = [];
      let cursor: string | null = null;
      while (execution.state === "SUCCEEDED") {
        const page: ResultPage = await client.get<ResultPage>(`${path}/results`, { cursor, limit: PAGE }, signal);
        columns = page.columns;
        rows.push(...page.rows);
        cursor = page.nextCursor;
        if (cursor === null || rows.length >= MOST) break;
      }
      return { execution, columns, rows };
    },
    staleTime: 5 * 60_000,
    structuralSharing: false,
  });
