import type { ColumnAccess, ColumnCounts, Page, RequestGrantee } from "../api/types";

export type Tags = Record<string, string[]>;

export type OnKind =
  | "catalog"
  | "database"
  | "tablesOf"
  | "table"
  | "columns"
  | "cells"
  | "tablesTagged"
  | "databasesTagged"
  | "columnsTagged"
  | "tablesTaggedAs"
  | "databasesTaggedAs"
  | "location";

/** What a policy is on. */
export interface On {
  kind: OnKind;
  name?: string | null;
  columns?: string[] | null;
  filter?: string | null;
  tags?: Tags | null;
}

export interface PolicyGrant {
  id: string;
  grantee: RequestGrantee;
  on: On;
  permissions: string[];
  grantable: string[];
  from: string | null;
  until: string | null;
  when: Tags;
  purpose: string;
  reason: string;
  source: string;
}

export interface Guard {
  id: string;
  name: string;
  description: string;
  on: On;
  effect: { kind: "hide" | "mask" | "rows"; mask?: string | null; rows?: string | null };
  except: string[];
  source: string;
}

export interface Filter {
  name: string;
  table: string;
  every: boolean;
  columns: string[];
  rows?: string | null;
  source: string;
}

export interface Profile {
  name: string;
  description: string;
  administrator: boolean;
  includes: string[];
  source: string;
}

export interface Member {
  user: string;
  profile: string;
  source: string;
}

export interface TagPage extends Page<{ key: string; values: string[] }> {
  expressions: { name: string; tags: Tags; source: string }[];
}

export interface Assignment {
  on: On;
  key: string;
  value: string;
  source: string;
}

/** What somebody with one profile gets of one dataset. */
export interface Cell {
  known: boolean;
  select: boolean;
  allRows: boolean;
  columns: ColumnCounts & { all: number };
}

export interface MatrixRow {
  database: string;
  name: string;
  zone: string;
  profiles: Record<string, Cell>;
}

export interface MatrixPage extends Page<MatrixRow> {
  profiles: string[];
}

export interface Effect {
  who: RequestGrantee[];
  purpose?: string | null;
  table: string;
  columns: { name: string; before: ColumnAccess; after: ColumnAccess }[];
  rows?: { before?: string | null; after?: string | null } | null;
  voidedFilters: string[];
}

export interface Consequences {
  at: string;
  complete: boolean;
  effects: Effect[];
}

/** A change as `POST /policies/consequences` takes it. */
export type Change =
  | { grant: Record<string, unknown> }
  | { revoke: string }
  | { tag: Record<string, unknown> }
  | { guard: Record<string, unknown> }
  | { removeGuard: { name: string; source: string } }
  | { member: { user: string; profile: string; remove?: boolean } };

export interface Glass {
  id: string;
  user: string;
  table: string;
  reason: string;
  from: string;
  until: string;
  review?: { by: string; at: string; verdict: string } | null;
}
