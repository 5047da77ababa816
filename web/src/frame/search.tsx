import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { Icon } from "../design/icons";
import { useWords } from "../i18n/i18n";
import styles from "./frame.module.css";

/** The search of the whole console. `/` jumps here; on the catalog page results follow the typing. At home it stands in the page. */
export function Search({ home = false }: { home?: boolean }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const location = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const onCatalog = location.pathname === "/catalog";
  const asked = onCatalog ? (new URLSearchParams(location.search).get("q") ?? "") : "";
  const [text, setText] = useState(asked);
  const latest = useRef(asked);

  useEffect(() => {
    // Back, forward and links change the address without the box: then the box follows.
    if (asked !== latest.current) {
      latest.current = asked;
      setText(asked);
    }
  }, [asked]);

  const go = (q: string) => {
    const search = new URLSearchParams(onCatalog ? location.search : "");
    if (q === "") search.delete("q");
    else search.set("q", q);
    latest.current = q;
    navigate({ pathname: "/catalog", search: search.toString() }, { replace: onCatalog });
  };

  useEffect(() => {
    if (!onCatalog || text.trim() === latest.current) return;
    const timer = setTimeout(() => go(text.trim()), 150);
    return () => clearTimeout(timer);
  });

  useEffect(() => {
    const jump = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", jump);
    return () => document.removeEventListener("keydown", jump);
  }, []);

  return (
    <form
      className={`${styles.search} ${home ? styles.large : ""}`}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        go(text.trim());
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        value={text}
        placeholder={t(home ? "home.search" : "frame.search")}
        aria-label={t("frame.search")}
        aria-keyshortcuts="/"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text === "") input.current?.blur();
          if (event.key === "ArrowDown") {
            event.preventDefault();
            document.querySelector<HTMLElement>("[data-result]")?.focus();
          }
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

/** Whether a key press belongs to a field or editor, also one inside a shadow root. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select") || target.closest("[role=grid]") !== null)
  );
}
