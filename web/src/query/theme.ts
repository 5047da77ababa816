import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Custom properties reach into the shadow root, so one theme serves both colour schemes. */
export const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--raised)", color: "var(--ink)", fontSize: "14px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-placeholder": { color: "var(--ink-soft)" },
  ".cm-gutters": {
    backgroundColor: "var(--sunk)",
    borderRight: "1px solid var(--rule)",
    color: "var(--ink-soft)",
    fontSize: "12px",
  },
  ".cm-activeLine": { backgroundColor: "light-dark(#0b586608, #62bccb0a)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--hover)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "light-dark(#bfe0e5, #1f4a55)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-wash)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", outline: "1px solid var(--accent)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--red-wash)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--red) 1.5px",
    textUnderlineOffset: "4px",
    backgroundColor: "var(--red-wash)",
    paddingBottom: "0",
  },
  ".cm-lintPoint-error::after": { borderBottomColor: "var(--red)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--rule-strong)",
    borderRadius: "4px",
    color: "var(--ink)",
    boxShadow: "0 4px 12px light-dark(#1a1f221a, #00000059)",
  },
  ".cm-tooltip.cm-signatures": {
    maxWidth: "min(640px, 92vw)",
    padding: "6px 10px",
    fontFamily: "var(--mono)",
    fontSize: "12px",
    color: "var(--ink-soft)",
    overflowWrap: "anywhere",
  },
  ".cm-signatures strong": { color: "var(--accent)", textDecoration: "underline", textUnderlineOffset: "3px" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--red)", padding: "6px 10px", fontFamily: "var(--sans)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "13px", maxHeight: "240px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "var(--ink-soft)", fontStyle: "normal", marginLeft: "12px" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo": { fontFamily: "var(--sans)", maxWidth: "280px", padding: "8px 10px" },
  ".cm-panels": { backgroundColor: "var(--sunk)", color: "var(--ink)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--rule)" },
  ".cm-panel.cm-search": { fontFamily: "var(--sans)" },
  ".cm-textfield": { backgroundColor: "var(--raised)", border: "1px solid var(--rule-strong)", color: "var(--ink)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--raised)", border: "1px solid var(--rule-strong)" },
  ".cm-searchMatch": { backgroundColor: "var(--amber-wash)", outline: "1px solid var(--amber-line)" },
});

export const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.lineComment, tags.blockComment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.standard(tags.name), tags.typeName], color: "var(--code-function)" },
]);
