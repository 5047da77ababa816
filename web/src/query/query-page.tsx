import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLocation, useNavigate, useNavigationType, useParams } from "react-router";
import { client, Problem } from "../api/client";
import { execution as executionQuery, isOver, results as resultsQuery } from "../api/queries";
import type { Execution, ResultPage } from "../api/types";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { Button, IconButton } from "../ui/button";
import { copyText } from "../ui/clipboard";
import { Sheet } from "../ui/sheet";
import { Splitter, usePaneSize } from "../ui/splitter";
import { Empty, Failure, NotForYou, Waiting } from "../ui/states";
import { Tabs } from "../ui/tabs";
import { queryPath, sqlOf } from "./address";
import { askingOf } from "./asking";
import { AskingChoice } from "./asking-choice";
import { Editor, type EditorHandle } from "./editor";
import { HistoryPane } from "./history-pane";
import { withOrigin } from "./named";
import { OriginUnseen, SaveText, useOrigin } from "./origin";
import styles from "./query.module.css";
import { Failed, ResultsPane } from "./results-pane";
import { findFragment, fragmentToRun, rangeOf, type Fragment } from "./statement";
import { above, explained, explaining } from "./plan";
import { literalOf, placeholdersIn } from "./parameters";
import { SavedPane } from "./saved-pane";
import { TabBar } from "./tab-bar";
import { TableTree } from "./table-tree";
import { ValuesRow } from "./values-row";
import { addressOfTab, neighbourOf, tabFor, useTabs, type QueryTab } from "./tabs";

type Started = Execution & { results?: ResultPage | null };

type Below = "results" | "history" | "saved";

interface Sending extends Fragment {
  parameters: string[];
  /** Whether it is to be explained, not run. */
  explain: boolean;
  tab: string | undefined;
}

interface Sent {
  id: string;
  fragment: Fragment;
  at: number;
}

/** A refusal, with its place counted without the line that asked for a plan. */
const placed = ({ code, message, line, column }: Problem, sql: string, explain: boolean) =>
  above({ code, message, line, column }, explain ? explained(explaining(sql)).lines : 0);

/** The tab that was shown when this page was left. */
let lastShown: string | undefined;

/** What an entry of the browser's history says beside its address: which tab it is of. */
const tabOf = (state: unknown): string | undefined =>
  typeof state === "object" && state !== null && "tab" in state && typeof state.tab === "string" ? state.tab : undefined;

/**
 * Catalog tree, tabs, editor and results. The address holds execution, chart and text of the tab that is shown; what changes
 * there, the tab takes over.
 */
export default function QueryPage() {
  const { t } = useWords();
  const { id } = useParams();
  const location = useLocation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const editor = useRef<EditorHandle>(null);
  const written = useRef(sqlOf(location.hash));
  const [sent, setSent] = useState<Sent | null>(null);
  const [lower, setLower] = useState<Below>("results");
  const [treeShut, setTreeShut] = useState(false);
  const [treeSheet, setTreeSheet] = useState(false);
  const tree = usePaneSize("tree", 248, 180, 480);
  const upper = usePaneSize("editor", 260, 96, 720);
  const panel = useId();
  const active = tabOf(location.state);
  const current = useRef(active);
  const [parted, setParted] = useState(false);
  const { tabs, failed: unkept, change, find, all, made } = useTabs((from, own) => {
    if (current.current !== from) return;
    setParted(true);
    // The editor goes on with what it has: only the tab is another.
    current.current = own.id;
    opened.current = own.id;
    editor.current?.goOnAs(own.id);
    setGiven((all) => ({ ...all, [own.id]: all[from] ?? [] }));
    void navigate(window.location.pathname + window.location.search + window.location.hash, { replace: true, state: { tab: own.id } });
  });
  const [closed, setClosed] = useState<QueryTab | null>(null);
  const found = useQuery({ ...executionQuery(id ?? ""), enabled: id !== undefined });
  const execution = id === undefined ? undefined : found.data;
  const known = useOrigin(location.search);

  const start = useMutation({
    mutationFn: ({ sql, parameters, explain }: Sending) =>
      client.post<Started>("/queries", {
        sql: explain ? explaining(sql) : sql,
        waitMs: 100,
        ...(parameters.length === 0 ? {} : { parameters }),
        ...(known.database === null ? {} : { database: known.database }),
        ...askingOf(location.search),
      }),
    onMutate: () => {
      editor.current?.mark(null);
      setLower("results");
    },
    onSuccess: ({ results: first, ...started }, { tab, parameters: _, explain: __, ...fragment }) => {
      // A short query is answered at once, with its first rows.
      if (isOver(started.state) && started.submittedAt !== undefined) {
        cache.setQueryData(executionQuery(started.id).queryKey, started);
        if (first) cache.setQueryData(resultsQuery(started.id).queryKey, { pages: [first], pageParams: [null] });
      }
      setSent({ id: started.id, fragment, at: Date.now() });
      void cache.invalidateQueries({ queryKey: ["history"] });
      const sender = find(tab);
      if (tab !== current.current && sender !== undefined) return change(sender.id, { ...sender, execution: started.id });
      const text = editor.current?.text() ?? fragment.sql;
      written.current = text;
      clearTimeout(typing.current);
      typing.current = undefined;
      navigate(queryPath(started.id, text, window.location.search), here());
    },
    onError: (error, { explain, ...fragment }) => {
      // A session that ended is asked for again; then the text waits to be run, and nothing has failed.
      if (error instanceof Problem && error.status === 401) start.reset();
      else if (error instanceof Problem) mark(fragment, placed(error, fragment.sql, explain)?.line ?? null, error.column, error.message);
    },
  });
  const cancel = useMutation({
    mutationFn: (running: string) => client.delete(`/queries/${encodeURIComponent(running)}`),
    onSettled: (_, __, running) => cache.invalidateQueries({ queryKey: ["execution", running] }),
  });

  const mark = useCallback((fragment: Fragment, line: number | null, column: number | null, message: string) => {
    const range = rangeOf(editor.current?.text() ?? "", fragment, line, column);
    editor.current?.mark(range === null ? null : { ...range, message });
    return range !== null;
  }, []);

  // Values are neither in the address nor kept: they are often of one person, and a link is for the text.
  const [given, setGiven] = useState<Record<string, string[]>>({});
  const values = given[active ?? ""] ?? [];
  const [missing, setMissing] = useState(false);

  const running = start.isPending || (execution !== undefined && !isOver(execution.state));
  const run = (explain = false) => {
    if (running || editor.current === null) return;
    const fragment = fragmentToRun(editor.current.text(), editor.current.selection());
    if (fragment === null) return editor.current.focus();
    // A statement takes the values of its own places, of all in the text.
    const own = placeholdersIn(editor.current.text()).map(({ at }) => at >= fragment.from && at < fragment.from + fragment.sql.length);
    const given = own.flatMap((mine, index) => (mine ? [values[index] ?? ""] : []));
    const lacking = own.findIndex((mine, index) => mine && (values[index] ?? "").trim() === "");
    setMissing(lacking >= 0);
    if (lacking < 0) start.mutate({ ...fragment, parameters: given.map(literalOf), explain, tab: current.current });
    else document.querySelectorAll<HTMLInputElement>("[data-testid=values] input")[lacking]?.focus();
  };

  const [unformatted, setUnformatted] = useState(false);
  const format = () => void editor.current?.format().then((understood) => setUnformatted(!understood));

  // The address follows the typing, a moment later and without a new entry in the browser's history.
  const here = () => ({ state: { tab: current.current } });
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onChange = (text: string) => {
    setClosed(null);
    setUnformatted(false);
    clearTimeout(typing.current);
    typing.current = setTimeout(() => {
      typing.current = undefined;
      written.current = text;
      navigate(queryPath(id ?? null, text, window.location.search), { replace: true, ...here() });
    }, 300);
  };
  /** Gives the tab that is shown what was typed last, before something else is shown. */
  const settle = useCallback(() => {
    const tab = find(current.current);
    if (typing.current === undefined || tab === undefined) return;
    clearTimeout(typing.current);
    typing.current = undefined;
    change(tab.id, { ...tab, sql: editor.current?.text() ?? tab.sql });
  }, [find, change]);
  // The editor is taken down before this page is; what was typed last is in the tab by then.
  useLayoutEffect(() => () => settle(), [settle]);

  // The tab follows the address, whoever changed it.
  const way = useNavigationType();
  const ready = tabs !== null;
  useEffect(() => {
    if (!ready) return;
    // What was typed before the tabs were there is kept, in a tab of its own.
    const early = current.current === undefined && typing.current !== undefined ? (editor.current?.text() ?? "") : "";
    const sql = early === "" ? sqlOf(location.hash) : early;
    const go = (tab: QueryTab, address = addressOfTab(tab)) => navigate(address, { replace: true, state: { tab: tab.id } });
    const shown = find(active);
    if (shown !== undefined) {
      const before = current.current;
      if (way === "POP" && before !== undefined && before !== active && find(before) !== undefined) {
        // Back to another tab: it is shown as it stands, not as it was.
        settle();
        current.current = active;
        const address = addressOfTab(shown);
        if (address !== location.pathname + location.search + location.hash) void go(shown, address);
        return;
      }
      current.current = active;
      change(shown.id, { ...shown, sql: sql ?? (id === undefined ? "" : shown.sql), execution: id ?? null, search: location.search });
      return;
    }
    const bare = id === undefined && sql === null && location.search === "";
    const meant = bare ? (find(current.current) ?? find(lastShown) ?? all().at(-1)) : tabFor(all(), id ?? null, sql, location.search);
    const next = meant ?? made(sql ?? "", id ?? null, location.search);
    if (meant === undefined) change(next.id, next);
    current.current = next.id;
    void go(next, meant === undefined && early === "" ? location.pathname + location.search + location.hash : undefined);
  }, [ready, active, location, id, way, find, all, made, change, settle, navigate]);
  useEffect(() => {
    if (active !== undefined) lastShown = active;
  }, [active]);

  const show = (tab: QueryTab, replace = false) => {
    settle();
    const fresh = find(tab.id) ?? tab;
    if (fresh.id === current.current) return;
    current.current = fresh.id;
    setParted(false);
    start.reset();
    setSent(null);
    void navigate(addressOfTab(fresh), { replace, state: { tab: fresh.id } });
  };
  const openNew = () => {
    settle();
    setClosed(null);
    const tab = made("", null, "");
    change(tab.id, tab);
    show(tab);
    editor.current?.focus();
  };
  const close = (tab: QueryTab) => {
    settle();
    const last = find(tab.id) ?? tab;
    const next = neighbourOf(all(), tab.id) ?? made("", null, "");
    if (find(next.id) === undefined) change(next.id, next);
    change(tab.id, null);
    setClosed(last.sql === "" && last.execution === null ? null : last);
    if (tab.id === current.current) show(next, true);
  };
  const undo = () => {
    if (closed === null) return;
    change(closed.id, closed);
    setClosed(null);
    show(closed);
  };

  // The text follows the address when that changed otherwise: back, forward, history, a link.
  const wanted = sqlOf(location.hash) ?? execution?.sql ?? (id === undefined ? "" : null);
  const places = useMemo(() => placeholdersIn(wanted ?? ""), [wanted]);
  const opened = useRef<string>(undefined);
  useEffect(() => {
    if (wanted === null) return;
    if (active !== undefined && opened.current !== active) {
      opened.current = active;
      written.current = wanted;
      editor.current?.open(active, wanted);
    }
    if (wanted === written.current) return;
    written.current = wanted;
    clearTimeout(typing.current);
    if (editor.current !== null && editor.current.text() !== wanted) editor.current.replace(wanted);
    clearTimeout(typing.current);
    typing.current = undefined;
  }, [wanted, active]);

  // An address without a text gets the one that was run or kept, so that its tab has it, too.
  const meantText = id === undefined ? known.sql : (execution?.sql ?? null);
  useEffect(() => {
    if (active === undefined || meantText === null || location.hash !== "") return;
    void navigate(queryPath(id ?? null, meantText, location.search), { replace: true, state: { tab: active } });
  }, [active, id, meantText, location, navigate]);

  const showError = useCallback(() => {
    const error = execution?.error;
    if (!execution || !error) return false;
    const text = editor.current?.text() ?? "";
    const asked = explained(execution.sql);
    const fragment = sent?.id === execution.id ? sent.fragment : findFragment(text, asked.sql);
    return fragment !== null && mark(fragment, above(error, asked.lines)?.line ?? null, error.column, error.message);
  }, [execution, sent, mark]);
  useEffect(() => {
    if (execution?.state === "FAILED") showError();
    else if (execution !== undefined) editor.current?.mark(null);
  }, [execution?.id, execution?.state, showError]);
  useEffect(() => {
    if (execution !== undefined && isOver(execution.state)) void cache.invalidateQueries({ queryKey: ["history"] });
  }, [execution?.id, execution?.state, cache]);

  const insert = (text: string) => {
    setTreeSheet(false);
    editor.current?.insert(text);
  };

  return (
    <Page title={t("place.query")} wide>
      <div className={styles.page}>
        <h1 className="hidden-visually">{t("place.query")}</h1>
        {!treeShut && (
          <>
            <aside className={styles.side} style={{ width: tree.size }} aria-label={t("tree.title")}>
              <TableTree onInsert={insert} />
            </aside>
            <div className={styles.sideEdge}>
              <Splitter label={t("query.resizeTree")} direction="column" pane={tree} />
            </div>
          </>
        )}
        <div className={styles.work}>
          <TabBar
            tabs={tabs ?? []}
            active={active}
            panel={panel}
            closed={closed}
            failed={unkept}
            parted={parted}
            onOpen={(tab) => show(tab)}
            onClose={close}
            onNew={openNew}
            onUndo={undo}
          />
          <div className={styles.text} role="tabpanel" id={panel} aria-label={t("place.query")}>
          <div className={styles.bar}>
            <span className={styles.treeToggle}>
              <IconButton
                icon="panel"
                label={t("tree.toggle")}
                aria-expanded={!treeShut}
                onClick={() => setTreeShut(!treeShut)}
              />
            </span>
            <span className={styles.treeOpen}>
              <IconButton icon="table" label={t("tree.title")} onClick={() => setTreeSheet(true)} />
            </span>
            <Button kind="primary" icon="run" onClick={() => run()} disabled={running} title={t("query.runHint")}>
              {t("query.run")}
            </Button>
            <IconButton icon="plan" label={t("query.explain")} aria-keyshortcuts="Control+Shift+Enter" onClick={() => run(true)} disabled={running} />
            <IconButton icon="format" label={t("query.format")} aria-keyshortcuts="Shift+Alt+F" onClick={format} />
            <span className={styles.hint} role="status">
              {unformatted ? t("query.unformatted") : t("query.runHint")}
            </span>
            <SaveText
              key={active}
              known={known}
              search={location.search}
              text={() => editor.current?.text() ?? ""}
              written={wanted ?? ""}
              onNamed={(query) => {
                const text = editor.current?.text() ?? "";
                written.current = text;
                const origin = { kind: "named", id: query.id } as const;
                navigate(queryPath(id ?? null, text, withOrigin(window.location.search, origin)), { replace: true, ...here() });
              }}
            />
            <AskingChoice search={location.search} onChange={(search) => navigate(queryPath(id ?? null, editor.current?.text() ?? "", search), { replace: true, ...here() })} />
            <ShareButton text={() => editor.current?.text() ?? ""} id={id ?? null} />
          </div>
          <div className={styles.upper} style={{ height: upper.size }}>
            <Editor
              ref={editor}
              label={t("query.editor")}
              hint={t("query.placeholder")}
              text={written.current ?? wanted ?? ""}
              onChange={onChange}
              onRun={() => run()}
              onExplain={() => run(true)}
              onFormat={format}
            />
          </div>
          <ValuesRow
            places={places}
            values={values}
            missing={missing}
            onChange={(next) => setGiven({ ...given, [active ?? ""]: next })}
            onRun={() => run()}
          />
          <Splitter label={t("query.resizeEditor")} direction="row" pane={upper} />
          <div className={styles.lower}>
            <Tabs<Below>
              label={t("query.below")}
              value={lower}
              tabs={[
                { value: "results", label: t("query.results") },
                { value: "history", label: t("query.history") },
                { value: "saved", label: t("named.title") },
              ]}
              onChange={setLower}
            >
              {lower === "saved" ? <SavedPane current={known.named?.id} /> : lower === "history" ? <HistoryPane current={id} /> : <div className={styles.result}>{result()}</div>}
            </Tabs>
          </div>
          </div>
        </div>
        <Sheet open={treeSheet} onClose={() => setTreeSheet(false)} title={t("tree.title")}>
          <TableTree onInsert={insert} />
        </Sheet>
      </div>
    </Page>
  );

  function result() {
    if (start.isError) {
      const { error, variables } = start;
      if (error instanceof Problem && error.line !== null) {
        const told = placed(error, variables.sql, variables.explain);
        const show = () => mark(variables, told?.line ?? null, error.column, error.message) && editor.current?.focus();
        return <Failed error={told} onShow={() => void show()} />;
      }
      return (
        <div className={styles.padded}>
          <Failure error={error} kept={t("query.kept")} {...(error instanceof Problem ? {} : { onRetry: () => run() })} />
        </div>
      );
    }
    if (execution !== undefined) {
      return (
        <ResultsPane
          execution={execution}
          sentAt={sent?.id === execution.id ? sent.at : null}
          cancelling={cancel.isPending}
          onCancel={() => cancel.mutate(execution.id)}
          onShowError={execution.error?.line != null ? () => void (showError() && editor.current?.focus()) : null}
        />
      );
    }
    if (id !== undefined && found.isError) {
      return (
        <div className={styles.padded}>
          {found.error instanceof Problem && found.error.status < 500 ? (
            <NotForYou title={t("query.notFound")}>{t("query.notFound.what")}</NotForYou>
          ) : (
            <Failure error={found.error} onRetry={() => void found.refetch()} kept={t("query.kept")} />
          )}
        </div>
      );
    }
    if (id !== undefined || start.isPending) return <Waiting rows={6} />;
    if (known.origin !== null && known.sql === null) {
      return <div className={styles.padded}>{known.error === null && !known.mine && known.named === undefined && known.charted === undefined ? <Waiting rows={4} /> : <OriginUnseen known={known} />}</div>;
    }
    return (
      <div className={styles.padded}>
        <Empty title={t("query.empty")}>{t("query.empty.what")}</Empty>
      </div>
    );
  }
}

function ShareButton({ text, id }: { text(): string; id: string | null }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <span className={styles.share}>
      <span role="status" className="soft small">
        {copied ? t("query.copied") : ""}
      </span>
      <IconButton
        icon={copied ? "check" : "link"}
        label={t("query.copyLink")}
        onClick={() => {
          const link = window.location.origin + queryPath(id, text(), window.location.search);
          void copyText(link).then(() => setCopied(true));
        }}
      />
    </span>
  );
}
