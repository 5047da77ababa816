import {
  completeFromList,
  ifNotIn,
  insertCompletionText,
  pickedCompletion,
  type Completion,
  type CompletionContext,
  type CompletionSource,
} from "@codemirror/autocomplete";
import type { QueryClient } from "@tanstack/react-query";
import { wordsToComplete } from "./dialect";
import { typedPath } from "./references";
import { functions, type KnownFunction } from "./signatures";

/** Where nothing of the language is completed. */
const ELSEWHERE = ["QuotedIdentifier", "String", "LineComment", "BlockComment", "."];

/** The words of the language, after what the catalog has. */
export const wordCompletion: CompletionSource = ifNotIn(
  ELSEWHERE,
  completeFromList([
    ...wordsToComplete.keywords.map((word) => ({ label: word.toUpperCase(), type: "keyword", boost: -1 })),
    ...wordsToComplete.types.filter((word) => !wordsToComplete.keywords.includes(word)).map((word) => ({ label: word, type: "type", boost: -1 })),
  ]),
);

/** The functions that may be called, with what they take: those that the service lists, and none that it refuses. */
export function functionCompletion(cache: QueryClient, own: string): CompletionSource {
  return ifNotIn(ELSEWHERE, async (context: CompletionContext) => {
    const { path, word } = typedPath(context.state.sliceDoc(Math.max(0, context.pos - 500), context.pos));
    if (path.length > 0 || word.startsWith('"') || (word === "" && !context.explicit)) return null;
    try {
      const known = await cache.fetchQuery(functions());
      const options = functionOptions([...known.values()], own);
      return context.aborted || options.length === 0 ? null : { from: context.pos - word.length, options, validFor: /^\w*$/ };
    } catch {
      // Without them one writes as before.
      return null;
    }
  });
}

/** What is offered of functions: each with its first signature; all are shown once the call is open. */
export function functionOptions(known: KnownFunction[], own: string): Completion[] {
  return known
    .filter(({ refused }) => refused === null)
    .map(({ name, forms }) => ({
      label: name,
      type: "function",
      detail: forms[0] ?? own,
      apply: (view, completion, from, to) => {
        const called = /^\s*\(/.test(view.state.sliceDoc(to, to + 20));
        const takesNothing = forms.length > 0 && forms.every((form) => form.startsWith("() "));
        const text = called ? name : `${name}()`;
        view.dispatch({
          ...insertCompletionText(view.state, text, from, to),
          selection: { anchor: from + (called || !takesNothing ? name.length + (called ? 0 : 1) : text.length) },
          annotations: pickedCompletion.of(completion),
        });
      },
    }));
}
