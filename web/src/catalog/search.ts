import type { CatalogSearch } from "../api/queries";

const singles = ["q", "zone", "database", "owner", "access", "certified", "sort"] as const;

/** The search that an address of the catalog stands for. */
export function searchOf(parameters: URLSearchParams): CatalogSearch {
  const search: CatalogSearch = {};
  for (const name of singles) {
    const value = parameters.get(name)?.trim() ?? "";
    if (value !== "") search[name] = value;
  }
  const tag = parameters.getAll("tag").filter((each) => each !== "");
  return tag.length === 0 ? search : { ...search, tag };
}

/** Its parameters, always in the same order, so that the same search has the same address. */
export function parametersOf(search: CatalogSearch): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of singles) {
    const value = search[name];
    if (value !== undefined && value !== "") parameters.set(name, value);
  }
  for (const tag of search.tag ?? []) parameters.append("tag", tag);
  return parameters;
}

export function addressOf(search: CatalogSearch): string {
  const parameters = parametersOf(search).toString();
  return parameters === "" ? "/catalog" : `/catalog?${parameters}`;
}

const keyOf = (tag: string) => tag.split("=", 1)[0];

/** The tags with this one chosen, instead of another value of its key, or without it. */
export function toggled(tags: string[], tag: string): string[] {
  return tags.includes(tag) ? tags.filter((each) => each !== tag) : [...tags.filter((each) => keyOf(each) !== keyOf(tag)), tag];
}

/** Whether what was found is not what was written, but almost. */
export function isAlmost(q: string, words: string[]): boolean {
  const written = q.toLowerCase();
  return words.some((each) => !written.includes(each));
}
