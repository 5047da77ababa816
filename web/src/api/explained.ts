import { queryOptions } from "@tanstack/react-query";
import { client } from "./client";
import type { Because, ColumnAccess, RequestGrantee } from "./types";

/** Why somebody can or cannot see the cells of a table. */
export interface Explained {
  who: RequestGrantee;
  purpose: string | null;
  known: boolean;
  select: boolean;
  rows: string | null;
  because: Because[];
  notCounting: Because[];
  columns: { name: string; access: ColumnAccess }[];
  ofOthers: boolean;
  breakGlass: boolean;
}

/** Whose access is looked at; oneself if neither is named. */
export interface Somebody {
  user?: string | undefined;
  profile?: string | undefined;
  /** An earlier moment. */
  at?: string | undefined;
}

export const explainedAccess = (database: string, name: string, who: Somebody) =>
  queryOptions({
    queryKey: ["dataset", database, name, "access", who.user ?? null, who.profile ?? null, who.at ?? null],
    queryFn: ({ signal }) =>
      client.get<Explained>(
        `/datasets/${encodeURIComponent(database)}/${encodeURIComponent(name)}/access`,
        { user: who.user, profile: who.profile, at: who.at },
        signal,
      ),
    retry: false,
    staleTime: 10_000,
  });
