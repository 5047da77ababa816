import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useImperativeHandle, useRef, type Ref } from "react";
import { catalogCompletion } from "./completion";
import { athena } from "./dialect";
import styles from "./query.module.css";
import { colours, theme } from "./theme";

/** What the page does with its editor. */
export interface EditorHandle {
  text(): string;
  selection(): { from: number; to: number };
  replace(text: string): void;
  insert(text: string): void;
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
}

/**
 * CodeMirror for Athena's SQL. It lives in a shadow root, because there it puts its styles into a constructed style
 * sheet; in the page it would write a style element, which the Content Security Policy refuses.
 */
export function Editor({ ref, label, hint, text, onChange, onRun }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const cache = useQueryClient();
  const events = useRef({ onChange, onRun });
  // Outlives the editor, which is made anew when the language changes.
  const latest = useRef(text);
  useEffect(() => {
    events.current = { onChange, onRun };
  });

  useEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const language = sql({ dialect: athena, upperCaseKeywords: true });
    const editor = new EditorView({
      parent: root,
      root,
      doc: latest.current,
      extensions: [
        Prec.highest(
          keymap.of([
            {
              key: "Mod-Enter",
              run: () => {
                events.current.onRun();
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
        highlightSelectionMatches(),
        search({ top: true }),
        language,
        language.language.data.of({ autocomplete: catalogCompletion(cache) }),
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
      ],
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [cache, label, hint]);

  useImperativeHandle(ref, () => ({
    text: () => view.current?.state.doc.toString() ?? "",
    selection: () => {
      const main = view.current?.state.selection.main;
      return { from: main?.from ?? 0, to: main?.to ?? 0 };
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
