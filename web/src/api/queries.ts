import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  type QueryClient,
} from "@tanstack/react-query";
import { client } from "./client";
import type {
  AccessRequest,
  AuditPage,
  AuditProof,
  AuditTimes,
  Backfill,
  BackfillDay,
  CheckRule,
  Comment,
  Delivery,
  DeliveryState,
  Comparison,
  Dataset,
  DatasetFacets,
  DatasetItem,
  DatasetUsage,
  Edit,
  EndingCertification,
  Execution,
  Lineage,
  LogLine,
  Nearest,
  NearestQuestion,
  Page,
  PipelineItem,
  Profile,
  ProposalDetail,
  Quality,
  RequestItem,
  ResultPage,
  Run,
  SaidCertification,
  Sample,
  Snapshots,
  TableGain,
  TagProposal,
  StreamBacklog,
} from "./types";

const dataset = (database: string, name: string) =>
  `/datasets/${encodeURIComponent(database)}/${encodeURIComponent(name)}`;

/** What is looked for in the catalog; each tag is a key or `key=value`. */
export interface CatalogSearch {
  q?: string | undefined;
  zone?: string | undefined;
  database?: string | undefined;
  owner?: string | undefined;
  tag?: string[] | undefined;
  access?: string | undefined;
  certified?: string | undefined;
  sort?: string | undefined;
}

export const datasets = (search: CatalogSearch) =>
  infiniteQueryOptions({
    queryKey: ["datasets", search],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<DatasetItem>>("/datasets", { ...search, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

/** How what is found spreads. */
export const datasetFacets = ({ sort: _, ...search }: CatalogSearch) =>
  queryOptions({
    queryKey: ["datasets", "facets", search],
    queryFn: ({ signal }) => client.get<DatasetFacets>("/datasets/facets", { ...search }, signal),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

/** What was changed last, of what one may know of. */
export const newestDatasets = (limit: number) =>
  queryOptions({
    queryKey: ["datasets", "newest", limit],
    queryFn: ({ signal }) => client.get<Page<DatasetItem>>("/datasets", { sort: "newest", limit }, signal),
    staleTime: 15_000,
  });

/** What one's latest queries read. */
export const usedDatasets = (limit: number) =>
  queryOptions({
    queryKey: ["history", "datasets", limit],
    queryFn: ({ signal }) => client.get<Page<DatasetItem>>("/datasets/used", { limit }, signal),
    staleTime: 15_000,
  });

/** The best few for what is being typed. */
export const datasetsLike = (q: string) =>
  queryOptions({
    queryKey: ["datasets", "like", q],
    queryFn: ({ signal }) => client.get<Page<DatasetItem>>("/datasets", { q, limit: 7 }, signal),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

export const datasetDetail = (database: string, name: string) =>
  queryOptions({
    queryKey: ["dataset", database, name],
    queryFn: ({ signal }) => client.get<Dataset>(dataset(database, name), {}, signal),
    staleTime: 15_000,
  });

export const sample = (database: string, name: string) =>
  queryOptions({
    queryKey: ["sample", database, name],
    queryFn: ({ signal }) => client.get<Sample>(`${dataset(database, name)}/sample`, { limit: 50 }, signal),
    staleTime: 60_000,
  });

/** The score is told last and looked at first. */
function lastFirst<T>(row: T[]): T[] {
  return [...row.slice(-1), ...row.slice(0, -1)];
}

/** Asked once: a search is on record, and is repeated only when one asks for it. */
export const nearest = (database: string, name: string, question: NearestQuestion) =>
  queryOptions({
    queryKey: ["nearest", database, name, question],
    queryFn: async (): Promise<Nearest> => {
      const { columns, rows } = await client.post<Nearest>(`${dataset(database, name)}/nearest`, question);
      return { columns: lastFirst(columns), rows: rows.map(lastFirst) };
    },
    retry: false,
    staleTime: 60_000,
  });

/** The names of the files that an UNLOAD wrote, in the order in which they are numbered. */
export const unloadedFiles = (execution: string) =>
  queryOptions({
    queryKey: ["unloaded", execution],
    queryFn: async ({ signal }) => {
      const manifest = await client.download(`/queries/${encodeURIComponent(execution)}/file`, {}, () => {}, signal);
      return (await manifest.content.text()).split("\n").filter((name) => name !== "");
    },
    staleTime: Infinity,
  });

export const profile = (database: string, name: string) =>
  queryOptions({
    queryKey: ["profile", database, name],
    queryFn: ({ signal }) => client.get<Profile>(`${dataset(database, name)}/profile`, {}, signal),
    staleTime: 60_000,
  });

/** The profile as a file. */
export const profileFile = (database: string, name: string) => `/api/v1${dataset(database, name)}/profile?format=html`;

export const snapshots = (database: string, name: string) =>
  infiniteQueryOptions({
    queryKey: ["snapshots", database, name],
    queryFn: ({ pageParam, signal }) =>
      client.get<Snapshots>(`${dataset(database, name)}/snapshots`, { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const quality = (database: string, name: string) =>
  queryOptions({
    queryKey: ["runs", "quality", database, name],
    queryFn: ({ signal }) => client.get<Quality>(`${dataset(database, name)}/quality`, { runs: 60 }, signal),
    staleTime: 15_000,
  });

export const usage = (database: string, name: string) =>
  queryOptions({
    queryKey: ["usage", database, name],
    queryFn: ({ signal }) => client.get<DatasetUsage>(`${dataset(database, name)}/usage`, {}, signal),
    staleTime: 15_000,
  });

export const edits = (database: string, name: string) =>
  queryOptions({
    queryKey: ["edits", database, name],
    queryFn: ({ signal }) => client.get<Page<Edit>>(`${dataset(database, name)}/edits`, {}, signal),
  });

type Named = Pick<Dataset, "database" | "name">;

const commentPath = ({ database, name }: Named, number: number) => `${dataset(database, name)}/comments/${number}`;

/** What people say to each other about a dataset, the newest first. */
export const comments = ({ database, name }: Named) =>
  infiniteQueryOptions({
    queryKey: ["comments", database, name],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<Comment>>(`${dataset(database, name)}/comments`, { cursor: pageParam, limit: 30 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const say = ({ database, name }: Named, text: string) =>
  client.post<Comment>(`${dataset(database, name)}/comments`, { text });

export const editComment = (of: Named, number: number, text: string) =>
  client.put<Comment>(commentPath(of, number), { text });

export const removeComment = (of: Named, number: number) => client.delete<null>(commentPath(of, number));

/** Certifies a dataset, or withdraws that. */
export const certify = ({ database, name }: Named, change: { certified: boolean; note: string; until?: string }) =>
  client.put<null>(`${dataset(database, name)}/certification`, change);

/** How a dataset was certified and that withdrawn, the newest first. */
export const certifications = ({ database, name }: Named) =>
  queryOptions({
    queryKey: ["certifications", database, name],
    queryFn: ({ signal }) =>
      client.get<Page<SaidCertification>>(`${dataset(database, name)}/certifications`, {}, signal),
  });

/** Of what this person may certify, those that end soon. */
export const endingCertifications = () =>
  queryOptions({
    queryKey: ["certifications"],
    queryFn: ({ signal }) => client.get<Page<EndingCertification>>("/certifications", {}, signal),
    staleTime: 15_000,
  });

/** Changes what is said about a dataset, if it is still what the edition names. */
export const editDataset = ({ database, name, edits: { edition } }: Dataset, change: Record<string, unknown>) =>
  client.patch<null>(dataset(database, name), change, edition);

export const comparison = (database: string, name: string, from: string, to: string) =>
  queryOptions({
    queryKey: ["comparison", database, name, from, to],
    queryFn: ({ signal }) => client.get<Comparison>(`${dataset(database, name)}/comparison`, { from, to }, signal),
    retry: false,
  });

export const lineage = (database: string, name: string, column: string | null, depth: number) =>
  queryOptions({
    queryKey: ["lineage", database, name, column, depth],
    queryFn: ({ signal }) => client.get<Lineage>(`${dataset(database, name)}/lineage`, { column, depth }, signal),
    staleTime: 15_000,
  });

export function isOver(state: Execution["state"] | undefined): boolean {
  return state === "SUCCEEDED" || state === "FAILED" || state === "CANCELLED";
}

/** How long to wait before asking again for a query that has run for {@link elapsed} ms. */
export function pollAfter(elapsed: number): number {
  return Math.min(1_000, Math.max(80, elapsed / 4));
}

export const execution = (id: string) =>
  queryOptions({
    queryKey: ["execution", id],
    queryFn: ({ signal }) => client.get<Execution>(`/queries/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => {
      const current = state.data;
      if (current === undefined || isOver(current.state)) return false;
      return pollAfter(Date.now() - Date.parse(current.submittedAt));
    },
    staleTime: ({ state }) => (isOver(state.data?.state) ? Infinity : 0),
  });

export const results = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["results", id],
    queryFn: ({ pageParam, signal }) =>
      client.get<ResultPage>(
        `/queries/${encodeURIComponent(id)}/results`,
        { cursor: pageParam, limit: 1000 },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Infinity,
    // Pages of a result never change; comparing them cell by cell with each new one would take longer than fetching it.
    structuralSharing: false,
  });

export const queryHistory = () =>
  infiniteQueryOptions({
    queryKey: ["history"],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<Execution>>("/queries", { cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const requests = (list: "mine" | "approve") =>
  infiniteQueryOptions({
    queryKey: ["requests", list],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<RequestItem>>("/requests", { list, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const accessRequest = (id: string) =>
  queryOptions({
    queryKey: ["request", id],
    queryFn: ({ signal }) => client.get<AccessRequest>(`/requests/${encodeURIComponent(id)}`, {}, signal),
  });

export const pipelines = () =>
  queryOptions({
    queryKey: ["pipelines"],
    queryFn: ({ signal }) => client.get<Page<PipelineItem>>("/pipelines", {}, signal),
    refetchInterval: 5_000,
  });

export const backlog = (pipeline: string) =>
  queryOptions({
    queryKey: ["backlog", pipeline],
    queryFn: ({ signal }) =>
      client.get<Page<StreamBacklog>>(`/pipelines/${encodeURIComponent(pipeline)}/backlog`, {}, signal),
    refetchInterval: 10_000,
    retry: false,
  });

export const runs = (pipeline: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["runs", pipeline ?? ""],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<Run>>("/runs", { pipeline, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: 5_000,
  });

/** Whether a run can still change. */
export function isLive(state: string | undefined): boolean {
  return state !== undefined && /^(queued|pending|running|resuming|cancelling)$/i.test(state);
}

export const run = (id: string) =>
  queryOptions({
    queryKey: ["run", id],
    queryFn: ({ signal }) => client.get<Run>(`/runs/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => (isLive(state.data?.state) ? 1_000 : false),
  });

/** The whole log so far: each turn asks only for what came after the last line that is here, until there is no more. */
export const runLog = (id: string, live: boolean, cache: QueryClient) =>
  queryOptions({
    queryKey: ["log", id],
    queryFn: async ({ signal }) => {
      let lines = cache.getQueryData<LogLine[]>(["log", id]) ?? [];
      for (;;) {
        const page = await client.get<Page<LogLine>>(
          `/runs/${encodeURIComponent(id)}/logs`,
          { after: lines.at(-1)?.sequence, limit: 1000 },
          signal,
        );
        lines = [...lines, ...page.items];
        if (page.items.length < 1000) return lines;
      }
    },
    refetchInterval: live ? 1_000 : false,
  });

export const backfills = (pipeline: string) =>
  queryOptions({
    queryKey: ["runs", "backfills", pipeline],
    queryFn: ({ signal }) =>
      client.get<Page<Backfill>>(`/pipelines/${encodeURIComponent(pipeline)}/backfills`, {}, signal),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ runs }) => Object.keys(runs).some(isLive)) ? 2_000 : false,
  });

/** Files that were delivered to a pipeline, newest first: all, or those of a state. */
export const deliveries = (pipeline: string, state: DeliveryState | "") =>
  infiniteQueryOptions({
    queryKey: ["runs", "deliveries", pipeline, state],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<Delivery>>(`/pipelines/${encodeURIComponent(pipeline)}/deliveries`, { state: state === "" ? undefined : state, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

export const checks = (pipeline: string) =>
  queryOptions({
    queryKey: ["runs", "checks", pipeline],
    queryFn: ({ signal }) =>
      client.get<Page<CheckRule>>(`/pipelines/${encodeURIComponent(pipeline)}/checks`, { runs: 60 }, signal),
  });

export const backfillDays = (id: string, live: boolean) =>
  queryOptions({
    queryKey: ["runs", "backfill", id],
    queryFn: ({ signal }) =>
      client.get<Page<BackfillDay>>(`/backfills/${encodeURIComponent(id)}/runs`, { limit: 200 }, signal),
    refetchInterval: live ? 2_000 : false,
  });

export const maintenance = (id: string, live: boolean) =>
  queryOptions({
    queryKey: ["maintenance", id],
    queryFn: ({ signal }) => client.get<Page<TableGain>>(`/runs/${encodeURIComponent(id)}/maintenance`, {}, signal),
    refetchInterval: live ? 2_000 : false,
  });

export interface AuditSearch {
  principal?: string | undefined;
  kind?: string | undefined;
  subject?: string | undefined;
  decision?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
}

export const audit = (search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ["audit", search],
    queryFn: ({ pageParam, signal }) =>
      client.get<AuditPage>("/audit", { ...search, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

/** When the records that match were made. */
export const auditTimes = (search: AuditSearch) =>
  queryOptions({
    queryKey: ["audit-times", search],
    queryFn: ({ signal }) => client.get<AuditTimes>("/audit/times", { ...search }, signal),
    placeholderData: keepPreviousData,
  });

export const auditProof = (sequence: string) =>
  queryOptions({
    queryKey: ["audit-proof", sequence],
    queryFn: ({ signal }) => client.get<AuditProof>(`/audit/${encodeURIComponent(sequence)}`, {}, signal),
    staleTime: Infinity,
  });

export const proposals = (table: string | null) =>
  infiniteQueryOptions({
    queryKey: ["proposals", table ?? ""],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<TagProposal> & { total: number }>(
        "/classification/proposals",
        { table, cursor: pageParam, limit: table === null ? 50 : 500 },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const proposal = (id: string) =>
  queryOptions({
    queryKey: ["proposal", id],
    queryFn: ({ signal }) =>
      client.get<ProposalDetail>(`/classification/proposals/${encodeURIComponent(id)}`, {}, signal),
  });
