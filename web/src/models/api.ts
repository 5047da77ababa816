import { infiniteQueryOptions } from "@tanstack/react-query";
import { client } from "../api/client";
import type { Page } from "../api/types";
import type { Version } from "./cells";

export interface ModelItem {
  uuid: string;
  database: string;
  name: string;
  select: boolean;
  mayPromote: boolean;
}

export interface Model extends ModelItem {
  versions: Version[];
  /** Names of tables by their identity, as far as one may know of them. */
  trainedOn: Record<string, string>;
  nextCursor: string | null;
}

export const modelPath = (database: string, name: string) => `/models/${encodeURIComponent(database)}/${encodeURIComponent(name)}`;

export const models = () =>
  infiniteQueryOptions({
    queryKey: ["models"],
    queryFn: ({ pageParam, signal }) => client.get<Page<ModelItem>>("/models", { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const model = (database: string, name: string) =>
  infiniteQueryOptions({
    queryKey: ["models", database, name],
    queryFn: ({ pageParam, signal }) => client.get<Model>(modelPath(database, name), { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
