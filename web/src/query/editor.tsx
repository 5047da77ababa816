import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
  tooltips,
} from "@codemirror/view";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useImperativeHandle, useRef, type Ref } from "react";
import { useWords } from "../i18n/i18n";
import { catalogCompletion } from "./completion";
import { athena } from "./dialect";
import { formatted } from "./formatting";
import styles from "./query.module.css";
import { functionCompletion, wordCompletion } from "./function-completion";
import { signatureHelp } from "./signature-help";
import { colours, theme } from "./theme";

/** What the page does with its editor. */
export interface EditorHandle {
  text(): string;
  selection(): { from: number; to: number };
  /** Shows another text, with its own history of changes; the one before is kept until it is shown again. */
  open(tab: string, text: string): void;
  /** Goes on with the text that is shown as that of another tab. */
  goOnAs(tab: string): void;
  replace(text: string): void;
  insert(text: string): void;
  /** Lays out the selection, or all of the text; false where it stays as it is because it is not understood. */
  format(): Promise<boolean>;
  mark(problem: { from: number; to: number; message: string } | null): void;
  focus(): void;
}

interface Props {
  ref: Ref<EditorHandle>;
  label: string;
  hint: string;
  text: string;
  onChange(text: string): void;
  onRun(): void;
  onExplain(): void;
  onFormat(): void;
}

/**
 * CodeMirror for Athena's SQL. It lives in a shadow root, because there it puts its styles into a constructed style
 * sheet; in the page it would write a style element, which the Content Security Policy refuses.
 */
export function Editor({ ref, label, hint, text, onChange, onRun, onExplain, onFormat }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const { t } = useWords();
  const cache = useQueryClient();
  const events = useRef({ onChange, onRun, onExplain, onFormat });
  // Outlives the editor, which is made anew when the language changes.
  const latest = useRef(text);
  const fresh = useRef<((doc: string) => EditorState) | null>(null);
  const shown = useRef("");
  const kept = useRef(new Map<string, EditorState>());
  useEffect(() => {
    events.current = { onChange, onRun, onExplain, onFormat };
  });

  useEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const language = new LanguageSupport(athena.language);
    const extensions: Extension = [
      Prec.highest(
        keymap.of([
          {
            key: "Mod-Enter",
            run: () => {
              events.current.onRun();
              return true;
            },
          },
          {
            key: "Mod-Shift-Enter",
            run: () => {
              events.current.onExplain();
              return true;
            },
          },
          {
            key: "Shift-Alt-f",
            run: () => {
              events.current.onFormat();
              return true;
            },
          },
        ]),
      ),
      lineNumbers(),
      highlightActiveLineGutter(),
      highlightActiveLine(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ icons: false }),
      signatureHelp(cache, {
        own: t("signature.own"),
        refused: (reason) => t("signature.refused", { reason }),
        more: (n) => t("signature.more", { n }),
      }),
      // Above the editor is what one works with; below it there is room.
      tooltips({
        tooltipSpace: (shown) => ({ left: 0, right: window.innerWidth, top: shown.dom.getBoundingClientRect().top, bottom: window.innerHeight }),
      }),
      highlightSelectionMatches(),
      search({ top: true }),
      language,
      language.language.data.of({ autocomplete: catalogCompletion(cache) }),
      language.language.data.of({ autocomplete: functionCompletion(cache, t("signature.own")) }),
      language.language.data.of({ autocomplete: wordCompletion }),
      syntaxHighlighting(colours),
      theme,
      placeholder(hint),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorState.tabSize.of(2),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        latest.current = update.state.doc.toString();
        events.current.onChange(latest.current);
      }),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
    ];
    fresh.current = (doc) => EditorState.create({ doc, extensions });
    kept.current.clear();
    const editor = new EditorView({ parent: root, root, state: fresh.current(latest.current) });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [cache, label, hint, t]);

  useImperativeHandle(ref, () => ({
    text: () => view.current?.state.doc.toString() ?? "",
    selection: () => {
      const main = view.current?.state.selection.main;
      return { from: main?.from ?? 0, to: main?.to ?? 0 };
    },
    goOnAs: (tab) => {
      shown.current = tab;
    },
    open: (tab, next) => {
      const editor = view.current;
      if (editor === null || tab === shown.current) return;
      if (shown.current === "" && editor.state.doc.toString() === next) {
        shown.current = tab;
        return;
      }
      if (shown.current !== "") kept.current.set(shown.current, editor.state);
      shown.current = tab;
      latest.current = next;
      const before = kept.current.get(tab);
      const same = before !== undefined && before.doc.toString() === next;
      editor.setState(same ? before : (fresh.current?.(next) ?? editor.state));
    },
    replace: (next) => {
      const editor = view.current;
      editor?.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: next } });
    },
    insert: (piece) => {
      const editor = view.current;
      if (editor === null) return;
      editor.dispatch(editor.state.replaceSelection(piece));
      editor.focus();
    },
    format: async () => {
      const before = view.current?.state;
      if (before === undefined) return false;
      const { from, to, empty } = before.selection.main;
      const range = empty ? { from: 0, to: before.doc.length } : { from, to };
      const text = before.sliceDoc(range.from, range.to);
      if (text.trim() === "") return true;
      const next = await formatted(text);
      const editor = view.current;
      // What was typed meanwhile is not overwritten.
      if (next === null || editor === null || editor.state.doc !== before.doc) return next !== null;
      if (next !== text) editor.dispatch({ changes: { ...range, insert: next }, scrollIntoView: true, userEvent: "input.format" });
      return true;
    },
    mark: (problem) => {
      const editor = view.current;
      if (editor === null) return;
      const diagnostics: Diagnostic[] = problem === null ? [] : [{ ...problem, severity: "error" }];
      editor.dispatch(setDiagnostics(editor.state, diagnostics));
      if (problem !== null) editor.dispatch({ selection: { anchor: problem.from }, scrollIntoView: true });
    },
    focus: () => view.current?.focus(),
  }));

  return <div ref={host} className={styles.editor} data-testid="editor" />;
}
