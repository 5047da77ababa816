/** A grant as its form writes it. */
export interface GrantDraft {
  toKind: "user" | "profile";
  to: string;
  permissions: string[];
  onKind: "table" | "columns" | "cells" | "tablesOf" | "database" | "tablesTagged";
  name: string;
  columns: string;
  filter: string;
  tags: string;
  until: string;
  purpose: string;
  reason: string;
  grantOption: boolean;
}

export const emptyGrant: GrantDraft = {
  toKind: "profile",
  to: "",
  permissions: ["SELECT"],
  onKind: "table",
  name: "",
  columns: "",
  filter: "",
  tags: "",
  until: "",
  purpose: "",
  reason: "",
  grantOption: false,
};

/** What of a draft is missing before it can be looked at; null if nothing is. */
export function missing(draft: GrantDraft): "to" | "permissions" | "name" | "columns" | "filter" | "tags" | null {
  if (draft.to.trim() === "") return "to";
  if (draft.permissions.length === 0) return "permissions";
  if (draft.onKind === "tablesTagged") return Object.keys(tagsOf(draft.tags)).length === 0 ? "tags" : null;
  if (draft.name.trim() === "") return "name";
  if (draft.onKind === "columns" && listOf(draft.columns).length === 0) return "columns";
  if (draft.onKind === "cells" && draft.filter.trim() === "") return "filter";
  return null;
}

/** The grant as the API takes it. */
export function grantOf(draft: GrantDraft): Record<string, unknown> {
  const name = draft.name.trim();
  const resource = {
    table: { table: name },
    columns: { table: name, columns: listOf(draft.columns) },
    cells: { table: name, filter: draft.filter.trim() },
    tablesOf: { tablesOf: name },
    database: { database: name },
    tablesTagged: { tablesTagged: tagsOf(draft.tags) },
  }[draft.onKind];
  return {
    grantee: { [draft.toKind]: draft.to.trim() },
    resource,
    permissions: draft.permissions,
    ...(draft.grantOption ? { grantOption: true } : {}),
    ...(draft.until === "" ? {} : { until: `${draft.until}T00:00:00Z` }),
    ...(draft.purpose.trim() === "" ? {} : { purpose: draft.purpose.trim() }),
    ...(draft.reason.trim() === "" ? {} : { reason: draft.reason.trim() }),
  };
}

/** The tags of `pii=low|none, zone=curated`. */
export function tagsOf(text: string): Record<string, string[]> {
  const tags: Record<string, string[]> = {};
  for (const part of listOf(text)) {
    const [key = "", values = ""] = part.split(/=(.*)/s);
    const some = values
      .split("|")
      .map((value) => value.trim())
      .filter((value) => value !== "");
    if (key.trim() !== "" && some.length > 0) tags[key.trim()] = some;
  }
  return tags;
}

/** The words of a text with commas between them. */
export function listOf(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
