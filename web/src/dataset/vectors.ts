import type { Dataset } from "../api/types";

/** The columns by which rows of a dataset are near to each other, of those that are shown. */
export function vectors({ access, schema }: Dataset): string[] {
  return access.select
    ? schema.filter((column) => /^array\((real|double)\)$/.test(column.type) && column.access.state !== "hidden").map(({ name }) => name)
    : [];
}
