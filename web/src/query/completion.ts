import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { QueryClient } from "@tanstack/react-query";
import { datasetDetail, datasets } from "../api/queries";
import type { Dataset, DatasetItem } from "../api/types";
import { identifier } from "./names";
import { referencesIn, typedPath, type Reference } from "./references";

const catalogs = ["lake", "awsdatacatalog"];

/** Completes databases, tables and columns out of the catalog that this person may see. */
export function catalogCompletion(cache: QueryClient) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const before = context.state.sliceDoc(Math.max(0, context.pos - 500), context.pos);
    const { path, word } = typedPath(before);
    if (word === "" && path.length === 0 && !context.explicit) return null;
    const text = context.state.doc.toString();
    const within = catalogs.includes(path[0] ?? "") ? path.slice(1) : path;
    const options =
      within.length === 0
        ? await unqualified(cache, text, word, path.length > 0)
        : await inside(cache, text, within, word);
    if (options.length === 0 || context.aborted) return null;
    return { from: context.pos - word.length, options, validFor: /^"?[\w$]*$/ };
  };
}

async function unqualified(cache: QueryClient, text: string, word: string, inCatalog: boolean): Promise<Completion[]> {
  const items = await known(cache, word.replaceAll('"', ""));
  const databases = [...new Set(items.map((item) => item.database))];
  const options = databases.map((name) => option(name, "namespace", 2));
  if (inCatalog) return options;
  const references = referencesIn(text);
  for (const reference of references) {
    if (reference.alias !== null) options.push(option(reference.alias, "variable", 3));
    options.push(...(await columnsOf(cache, reference)));
  }
  for (const item of items) {
    options.push({
      label: `${item.database}.${item.name}`,
      apply: `${identifier(item.database)}.${identifier(item.name)}`,
      type: "class",
      boost: 1,
    });
  }
  return unique(options);
}

async function inside(cache: QueryClient, text: string, path: string[], word: string): Promise<Completion[]> {
  const [first = "", second] = path;
  if (second !== undefined) return columnsOf(cache, { database: first, table: second, alias: null });
  const named = referencesIn(text).find(
    (each) => each.alias === first || (each.alias === null && each.table === first && each.database !== first),
  );
  const columns = named === undefined ? [] : await columnsOf(cache, named);
  if (columns.length > 0) return columns;
  const items = await known(cache, `${first} ${word.replaceAll('"', "")}`.trim());
  return items
    .filter((item) => item.database === first)
    .map((item) => ({ ...option(item.name, "class", 1), ...(item.description ? { info: item.description } : {}) }));
}

async function known(cache: QueryClient, q: string): Promise<DatasetItem[]> {
  const search = async (words: string) =>
    (await cache.fetchInfiniteQuery(datasets({ q: words || undefined }))).pages.flatMap((page) => page.items);
  try {
    // The first page of everything serves most catalogs; only a large one is searched while typing.
    const everything = await cache.fetchInfiniteQuery(datasets({}));
    const first = everything.pages.flatMap((page) => page.items);
    return everything.pages.at(-1)?.nextCursor == null || q.length < 2 ? first : await search(q);
  } catch {
    return [];
  }
}

async function columnsOf(cache: QueryClient, { database, table }: Reference): Promise<Completion[]> {
  if (database === null) return [];
  try {
    const dataset: Dataset = await cache.fetchQuery(datasetDetail(database, table));
    return dataset.schema
      .filter((column) => column.access.state !== "hidden")
      .map((column) => ({
        ...option(column.name, "property", 4),
        detail: column.access.state === "masked" ? `${column.type} · ${column.access.mask ?? "masked"}` : column.type,
        ...(column.doc ? { info: column.doc } : {}),
      }));
  } catch {
    return [];
  }
}

function option(name: string, type: string, boost: number): Completion {
  return { label: name, apply: identifier(name), type, boost };
}

function unique(options: Completion[]): Completion[] {
  const seen = new Set<string>();
  return options.filter(({ label, type }) => !seen.has(`${type} ${label}`) && seen.add(`${type} ${label}`));
}
