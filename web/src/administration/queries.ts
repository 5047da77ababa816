import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client } from "../api/client";
import type { Page } from "../api/types";
import type { HeldGrant, Key, MaintainingPipeline, NamedSource, ServiceHealth, StoredTable, Token, User, Workgroup } from "./types";

export const userPath = (name: string) => `/users/${encodeURIComponent(name)}`;

export const users = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["users", "list", q],
    queryFn: ({ pageParam, signal }) => client.get<Page<User>>("/users", { q, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

export const user = (name: string) =>
  queryOptions({
    queryKey: ["users", "one", name],
    queryFn: ({ signal }) => client.get<User>(userPath(name), {}, signal),
  });

export const tokens = (user: string) =>
  queryOptions({
    queryKey: ["users", "tokens", user],
    queryFn: ({ signal }) => client.get<Page<Token>>(`${userPath(user)}/tokens`, {}, signal),
  });

export const keys = (user: string) =>
  queryOptions({
    queryKey: ["users", "keys", user],
    queryFn: ({ signal }) => client.get<Page<Key>>(`${userPath(user)}/keys`, {}, signal),
  });

export const held = (user: string) =>
  infiniteQueryOptions({
    queryKey: ["users", "grants", user],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<HeldGrant>>("/grants", { principal: user, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

/** What somebody holds that reaches a table: of itself, its database or its tags. */
export const heldOn = (user: string, table: string) =>
  infiniteQueryOptions({
    queryKey: ["users", "grants", user, table],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<HeldGrant>>("/grants", { principal: user, reaching: table, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

/** What one has passed on that reaches a table. */
export const passedOn = (table: string) =>
  infiniteQueryOptions({
    queryKey: ["grants", "passedOn", table],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<HeldGrant>>("/grants", { passedOn: "true", reaching: table, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const workgroups = () =>
  infiniteQueryOptions({
    queryKey: ["workgroups"],
    queryFn: ({ pageParam, signal }) => client.get<Page<Workgroup>>("/workgroups", { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

/** How the service is, asked again while one looks. */
export const health = () =>
  queryOptions({
    queryKey: ["administration", "health"],
    queryFn: ({ signal }) => client.get<ServiceHealth>("/administration/health", {}, signal),
    refetchInterval: 10_000,
  });

export const sources = () =>
  queryOptions({
    queryKey: ["administration", "sources"],
    queryFn: ({ signal }) => client.get<Page<NamedSource>>("/administration/sources", {}, signal),
  });

export const storage = (zone: string) =>
  infiniteQueryOptions({
    queryKey: ["administration", "storage", zone],
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<StoredTable>>("/administration/storage", { zone, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const maintaining = () =>
  queryOptions({
    queryKey: ["administration", "maintenance"],
    queryFn: ({ signal }) => client.get<Page<MaintainingPipeline>>("/administration/maintenance", {}, signal),
    refetchInterval: (query) =>
      query.state.data?.items.some(({ lastRun }) => lastRun?.state === "RUNNING" || lastRun?.state === "QUEUED") ? 2_000 : false,
  });
