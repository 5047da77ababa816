import { listOf, tagsOf } from "./draft";

export const masks = ["redact", "redactNumbers", "showFirst", "showLast", "pseudonym", "constant", "null", "truncateDate", "round", "coarsen"] as const;
export type MaskKind = (typeof masks)[number];

/** What a mask takes besides its kind; null if nothing. */
export const parameterOf: Record<MaskKind, "number" | "text" | "unit" | null> = {
  redact: null,
  redactNumbers: "number",
  showFirst: "number",
  showLast: "number",
  pseudonym: "text",
  constant: "text",
  null: null,
  truncateDate: "unit",
  round: "number",
  coarsen: "number",
};

/** A guard as its form writes it. */
export interface GuardDraft {
  name: string;
  description: string;
  onKind: "columnsTagged" | "columns" | "table" | "database";
  tags: string;
  target: string;
  columns: string;
  effect: "mask" | "hide" | "rows";
  mask: MaskKind;
  parameter: string;
  rows: string;
  except: string;
}

export const emptyGuard: GuardDraft = {
  name: "",
  description: "",
  onKind: "columnsTagged",
  tags: "",
  target: "",
  columns: "",
  effect: "mask",
  mask: "redact",
  parameter: "",
  rows: "",
  except: "",
};

/** What of a draft is missing before it can be looked at; null if nothing is. */
export function lacking(draft: GuardDraft): "guardName" | "tags" | "name" | "columns" | "parameter" | "rows" | null {
  if (!/^[a-z0-9][a-z0-9_.@-]*$/.test(draft.name.trim())) return "guardName";
  if (draft.onKind === "columnsTagged" && Object.keys(tagsOf(draft.tags)).length === 0) return "tags";
  if (draft.onKind !== "columnsTagged" && draft.target.trim() === "") return "name";
  if (draft.onKind === "columns" && listOf(draft.columns).length === 0) return "columns";
  if (draft.effect === "mask" && parameterOf[draft.mask] !== null && draft.parameter.trim() === "") return "parameter";
  if (draft.effect === "rows" && draft.rows.trim() === "") return "rows";
  return null;
}

/** The guard in the words of a policy file, as the API takes it. */
export function guardOf(draft: GuardDraft): Record<string, unknown> {
  const target = draft.target.trim();
  const on = {
    columnsTagged: { columnsTagged: tagsOf(draft.tags) },
    columns: { table: target, columns: listOf(draft.columns) },
    table: { table: target },
    database: { database: target },
  }[draft.onKind];
  const parameter = draft.parameter.trim();
  const value = { number: Number(parameter), text: parameter, unit: parameter.toUpperCase() };
  const kind = parameterOf[draft.mask];
  const effect = {
    hide: { hide: true },
    rows: { rows: draft.rows.trim() },
    mask: { mask: { [draft.mask]: kind === null ? true : value[kind] } },
  }[draft.effect];
  const except = listOf(draft.except);
  return {
    ...(draft.description.trim() === "" ? {} : { description: draft.description.trim() }),
    on,
    ...effect,
    ...(except.length === 0 ? {} : { except }),
  };
}
