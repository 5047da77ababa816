import type { Proposal } from "../api/types";

/** The form for a new request, filled in: the address is the state, so that it can be sent to whoever should ask. */
export function newRequestPath({ items, permission }: Proposal): string {
  const search = new URLSearchParams();
  for (const { dataset, columns } of items) {
    search.append("dataset", dataset);
    search.append("columns", columns.join(","));
  }
  if (permission !== "SELECT") search.set("permission", permission);
  return `/requests/new?${search.toString()}`;
}

/** What such an address asks for. */
export function proposalOf(search: URLSearchParams): Proposal {
  const columns = search.getAll("columns");
  return {
    permission: search.get("permission") ?? "SELECT",
    items: search.getAll("dataset").map((dataset, index) => ({
      dataset,
      columns: words(columns[index] ?? ""),
    })),
  };
}

/** The words of a text with commas between them. */
export function words(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
