import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client } from "../api/client";
import type { Page } from "../api/types";
import type { Assignment, Change, Consequences, Filter, Glass, Guard, MatrixPage, Member, PolicyGrant, Profile, TagPage } from "./types";

type Conditions = Record<string, string | undefined>;

function list<T extends Page<unknown>>(path: string, conditions: Conditions = {}, limit = 100) {
  return infiniteQueryOptions({
    queryKey: ["policies", path, conditions],
    queryFn: ({ pageParam, signal }) =>
      client.get<T>(`/policies/${path}`, { ...conditions, cursor: pageParam, limit }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export const matrix = (conditions: Conditions) => list<MatrixPage>("matrix", conditions, 25);
export const profiles = () => list<Page<Profile>>("profiles", {}, 500);
export const members = (conditions: Conditions) => list<Page<Member>>("members", conditions);
export const tags = () => list<TagPage>("tags", {}, 500);
export const assignments = (key: string) => list<Page<Assignment>>("assignments", { key });
export const grants = (conditions: Conditions) => list<Page<PolicyGrant>>("grants", conditions);
export const guards = () => list<Page<Guard>>("guards");
export const filters = () => list<Page<Filter>>("filters");

export const glasses = () =>
  queryOptions({
    queryKey: ["break-glass"],
    queryFn: ({ signal }) => client.get<{ items: Glass[] }>("/break-glass", {}, signal),
  });

/** What a change would do; asked anew each time, for policies move. */
export const consequences = (change: Change) =>
  queryOptions({
    queryKey: ["consequences", change],
    queryFn: () => client.post<Consequences>("/policies/consequences", change),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
