import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client } from "../api/client";
import type { Page } from "../api/types";
import type { Key, Token, User } from "./types";

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
