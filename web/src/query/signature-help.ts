import { StateEffect, StateField, type EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, showTooltip, type Tooltip } from "@codemirror/view";
import type { QueryClient } from "@tanstack/react-query";
import { callAt, fittingFirst, functions, partsOf, type Call, type KnownFunction } from "./signatures";

interface Words {
  /** That a function has a syntax of its own, or takes a lambda. */
  own: string;
  refused(reason: string): string;
  more(n: number): string;
}

interface Help {
  known: Map<string, KnownFunction>;
  call: Call | null;
  /** The call whose help was closed. */
  closed: number | null;
}

const arrived = StateEffect.define<Map<string, KnownFunction>>();
const close = StateEffect.define();
const MOST = 4;

/** Says, while one is inside a call, what the function takes; Escape closes it. */
export function signatureHelp(cache: QueryClient, words: Words): Extension {
  const field = StateField.define<Help>({
    create: (state) => ({ known: new Map(), call: callHere(state), closed: null }),
    update: (help, transaction) => {
      let next = help;
      for (const effect of transaction.effects) {
        if (effect.is(arrived)) next = { ...next, known: effect.value };
        if (effect.is(close)) next = { ...next, closed: next.call?.from ?? null };
      }
      if (!transaction.docChanged && transaction.selection === undefined) return next;
      const call = callHere(transaction.state);
      const closed = next.closed === null || call === null ? null : transaction.changes.mapPos(next.closed);
      return { ...next, call, closed: closed === call?.from ? closed : null };
    },
    provide: (field) => showTooltip.from(field, (help) => tooltip(help, words)),
  });
  return [
    field,
    keymap.of([
      {
        key: "Escape",
        run: (view) => {
          const { call, known, closed } = view.state.field(field);
          if (call === null || closed === call.from || !known.has(call.name)) return false;
          view.dispatch({ effects: close.of(null) });
          return true;
        },
      },
    ]),
    EditorView.domEventHandlers({
      focus: (_, view) => {
        if (view.state.field(field).known.size > 0) return;
        cache.fetchQuery(functions()).then(
          (known) => view.dispatch({ effects: arrived.of(known) }),
          () => {
            // Without them one writes as before; the next focus asks again.
          },
        );
      },
    }),
  ];
}

function callHere(state: EditorState): Call | null {
  const { main } = state.selection;
  return main.empty ? callAt(state.doc.toString(), main.head) : null;
}

function tooltip({ known, call, closed }: Help, words: Words): Tooltip | null {
  const found = call === null ? undefined : known.get(call.name);
  if (call === null || found === undefined || closed === call.from) return null;
  return { pos: call.from, above: true, create: () => ({ dom: drawn(found, call, words) }) };
}

function drawn({ name, forms, refused }: KnownFunction, call: Call, words: Words): HTMLElement {
  const box = document.createElement("div");
  box.className = "cm-signatures";
  box.setAttribute("role", "status");
  const line = (...parts: (string | HTMLElement)[]) => {
    const row = document.createElement("div");
    row.append(...parts);
    box.append(row);
  };
  if (refused !== null) line(`${name}: ${words.refused(refused)}`);
  else if (forms.length === 0) line(`${name}(…)  ${words.own}`);
  const ordered = fittingFirst(forms, call.argument);
  for (const form of ordered.slice(0, MOST)) {
    const { arguments: parts, result } = partsOf(form);
    const present = Math.min(call.argument, parts.length - 1);
    const fits = call.argument < parts.length || (parts.at(-1)?.endsWith("...") ?? false);
    const shown = parts.flatMap((part, index) => {
      const separator = index === 0 ? [] : [", "];
      if (!fits || index !== present) return [...separator, part];
      const mark = document.createElement("strong");
      mark.textContent = part;
      return [...separator, mark];
    });
    line(`${name}(`, ...shown, `) → ${result}`);
  }
  if (ordered.length > MOST) line(words.more(ordered.length - MOST));
  return box;
}
