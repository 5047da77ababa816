import { queryOptions } from "@tanstack/react-query";
import { client } from "../api/client";
import type { Page } from "../api/types";

/** A text that somebody keeps under a name. */
export interface NamedItem {
  id: string;
  name: string;
  description: string | null;
  owner: string;
  mine: boolean;
  shared: boolean;
  createdAt: string;
}

/** One of them; text and database are null to who could not run it. */
export interface NamedQuery extends NamedItem {
  state: "open" | "closed" | "broken";
  sql: string | null;
  database: string | null;
  ask: string[];
}

export const namedQueries = () =>
  queryOptions({
    queryKey: ["named-queries"],
    queryFn: ({ signal }) => client.get<Page<NamedItem>>("/named-queries", {}, signal),
    staleTime: 15_000,
  });

export const namedQuery = (id: string) =>
  queryOptions({
    queryKey: ["named-queries", id],
    queryFn: ({ signal }) => client.get<NamedQuery>(`/named-queries/${encodeURIComponent(id)}`, {}, signal),
    staleTime: 15_000,
  });

/** Of which kept text the one in the editor is: a named query, or the query of a chart. */
export interface Origin {
  kind: "named" | "charted";
  id: string;
}

export function originOf(search: string): Origin | null {
  const parameters = new URLSearchParams(search);
  for (const kind of ["named", "charted"] as const) {
    const id = parameters.get(kind);
    if (id !== null && id !== "") return { kind, id };
  }
  return null;
}

/** The same part of an address, of another kept text or of none. */
export function withOrigin(search: string, origin: Origin | null): string {
  const parameters = new URLSearchParams(search);
  parameters.delete("named");
  parameters.delete("charted");
  if (origin !== null) parameters.set(origin.kind, origin.id);
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

export const namedPath = (id: string) => `/query?named=${encodeURIComponent(id)}`;
