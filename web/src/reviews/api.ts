import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client } from "../api/client";
import type { Page } from "../api/types";

export interface Person {
  user: string | null;
  profile: string | null;
}

export type Verdict = "certify" | "narrow" | "revoke" | "keep" | "gone";
export type ScopeKind = "tag" | "database" | "table" | "profile" | "user";
export type Silence = "revoke" | "narrow" | "keep";

/** A review of all grants in a scope, as this person may see it. */
export interface Review {
  id: string;
  name: string;
  state: "OPEN" | "CLOSED" | "CANCELLED";
  scope: Record<ScopeKind, string | null>;
  reviewers: Person[];
  onSilence: Silence;
  startedBy: string;
  startedAt: string;
  due: string;
  closedAt: string | null;
  counts: Partial<Record<Verdict | "open" | "failed", number>>;
  actions: ("close" | "cancel" | "report")[];
}

export interface GrantUse {
  traced: boolean;
  last: string | null;
  reads: number;
  people: number;
  granted: number;
  used: number;
}

/** One grant that is reviewed. */
export interface ReviewItem {
  number: number;
  version: number;
  grantee: Person;
  on: string;
  permissions: string[];
  source: string;
  until: string | null;
  shared: boolean;
  reviewer: Person;
  state: "OPEN" | "APPLYING" | "DECIDED" | "FAILED";
  verdict: Verdict | null;
  use: GrantUse;
  actions: ("decide" | "reassign")[];
}

export interface ReviewedDataset {
  dataset: string;
  granted: number;
  used: number;
  columns: { name: string; used: boolean }[];
  hidden: number;
}

export interface Ruling {
  verdict: Verdict;
  by: string;
  at: string;
  reason: string;
  columnsLeft?: number;
  until?: string;
  outcome?: { at: string; epoch: number; byGrant: boolean; datasets: { dataset: string; allowed: boolean }[] };
  failure?: string;
}

export interface WholeItem {
  item: ReviewItem;
  grant: string;
  from: string | null;
  when: string;
  purpose: string;
  reason: string;
  grantable: string[];
  evidence: {
    current: boolean;
    holders: number;
    datasets: ReviewedDataset[];
    reached: number;
    given: { by: string; at: string } | null;
    request: { id: string; requester: string; approvers: string[]; justification: string } | null;
    before: { review: string; verdict: Verdict; by: string; at: string } | null;
    retiredUpTo?: string | null;
  };
  ruling: Ruling | null;
  events: { number: number; at: string; actor: string; kind: string }[];
}

export interface GrantLine {
  grant: string;
  grantee: Person;
  on: string;
  permissions: string[];
  source: string;
  until: string | null;
  use: GrantUse;
  given: { by: string; at: string } | null;
}

export type ItemState = "open" | "decided" | "all";
export type Report = "unused" | "excess";

export const reviews = (list: "mine" | "all") =>
  infiniteQueryOptions({
    queryKey: ["reviews", list],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<Review> & { mayStart: boolean }>("/reviews", { list, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const review = (id: string) =>
  queryOptions({
    queryKey: ["review", id],
    queryFn: ({ signal }) => client.get<Review>(`/reviews/${encodeURIComponent(id)}`, {}, signal),
  });

export const reviewItems = (id: string, state: ItemState) =>
  infiniteQueryOptions({
    queryKey: ["review", id, "items", state],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<ReviewItem>>(
        `/reviews/${encodeURIComponent(id)}/items`,
        { state, cursor: pageParam, limit: 50 },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const reviewItem = (id: string, number: number) =>
  queryOptions({
    queryKey: ["review", id, "item", number],
    queryFn: ({ signal }) => client.get<WholeItem>(`/reviews/${encodeURIComponent(id)}/items/${number}`, {}, signal),
  });

export const grantReport = (report: Report) =>
  infiniteQueryOptions({
    queryKey: ["grant-report", report],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<GrantLine>>(`/reports/${report}-grants`, { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
