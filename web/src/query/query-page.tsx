import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useLocation, useNavigate, useParams } from "react-router";
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
import { Editor, type EditorHandle } from "./editor";
import { HistoryPane } from "./history-pane";
import styles from "./query.module.css";
import { Failed, ResultsPane } from "./results-pane";
import { findFragment, fragmentToRun, rangeOf, type Fragment } from "./statement";
import { TableTree } from "./table-tree";

type Started = Execution & { results?: ResultPage | null };

interface Sent {
  id: string;
  fragment: Fragment;
  at: number;
}

/** Catalog tree, editor and results. The address holds the execution and the text. */
export default function QueryPage() {
  const { t } = useWords();
  const { id } = useParams();
  const location = useLocation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const editor = useRef<EditorHandle>(null);
  const written = useRef(sqlOf(location.hash));
  const [sent, setSent] = useState<Sent | null>(null);
  const [lower, setLower] = useState<"results" | "history">("results");
  const [treeShut, setTreeShut] = useState(false);
  const [treeSheet, setTreeSheet] = useState(false);
  const tree = usePaneSize("tree", 248, 180, 480);
  const upper = usePaneSize("editor", 260, 96, 720);
  const found = useQuery({ ...executionQuery(id ?? ""), enabled: id !== undefined });
  const execution = id === undefined ? undefined : found.data;

  const start = useMutation({
    mutationFn: ({ sql }: Fragment) => client.post<Started>("/queries", { sql, waitMs: 100 }),
    onMutate: () => {
      editor.current?.mark(null);
      setLower("results");
    },
    onSuccess: ({ results: first, ...started }, fragment) => {
      // A short query is answered at once, with its first rows.
      if (isOver(started.state) && started.submittedAt !== undefined) {
        cache.setQueryData(executionQuery(started.id).queryKey, started);
        if (first) cache.setQueryData(resultsQuery(started.id).queryKey, { pages: [first], pageParams: [null] });
      }
      setSent({ id: started.id, fragment, at: Date.now() });
      const text = editor.current?.text() ?? fragment.sql;
      written.current = text;
      navigate(queryPath(started.id, text, window.location.search));
      void cache.invalidateQueries({ queryKey: ["history"] });
    },
    onError: (error, fragment) => {
      // A session that ended is asked for again; then the text waits to be run, and nothing has failed.
      if (error instanceof Problem && error.status === 401) start.reset();
      else if (error instanceof Problem) mark(fragment, error.line, error.column, error.message);
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

  const running = start.isPending || (execution !== undefined && !isOver(execution.state));
  const run = () => {
    if (running || editor.current === null) return;
    const fragment = fragmentToRun(editor.current.text(), editor.current.selection());
    if (fragment !== null) start.mutate(fragment);
    else editor.current.focus();
  };

  // The address follows the typing, a moment later and without a new entry in the browser's history.
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onChange = (text: string) => {
    clearTimeout(typing.current);
    typing.current = setTimeout(() => {
      written.current = text;
      navigate(queryPath(id ?? null, text, window.location.search), { replace: true });
    }, 300);
  };
  useEffect(() => () => clearTimeout(typing.current), []);

  // The text follows the address when that changed otherwise: back, forward, history, a link.
  const wanted = sqlOf(location.hash) ?? execution?.sql ?? (id === undefined ? "" : null);
  useEffect(() => {
    if (wanted === null || wanted === written.current) return;
    written.current = wanted;
    clearTimeout(typing.current);
    if (editor.current !== null && editor.current.text() !== wanted) editor.current.replace(wanted);
    clearTimeout(typing.current);
  }, [wanted]);

  const showError = useCallback(() => {
    const error = execution?.error;
    if (!execution || !error) return false;
    const text = editor.current?.text() ?? "";
    const fragment = sent?.id === execution.id ? sent.fragment : findFragment(text, execution.sql);
    return fragment !== null && mark(fragment, error.line, error.column, error.message);
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
            <Button kind="primary" icon="run" onClick={run} disabled={running} title={t("query.runHint")}>
              {t("query.run")}
            </Button>
            <span className={styles.hint}>{t("query.runHint")}</span>
            <Button
              kind="quiet"
              className={styles.fresh}
              onClick={() => {
                navigate("/query");
                editor.current?.focus();
              }}
            >
              {t("query.new")}
            </Button>
            <ShareButton text={() => editor.current?.text() ?? ""} id={id ?? null} />
          </div>
          <div className={styles.upper} style={{ height: upper.size }}>
            <Editor
              ref={editor}
              label={t("query.editor")}
              hint={t("query.placeholder")}
              text={written.current ?? wanted ?? ""}
              onChange={onChange}
              onRun={run}
            />
          </div>
          <Splitter label={t("query.resizeEditor")} direction="row" pane={upper} />
          <div className={styles.lower}>
            <Tabs<"results" | "history">
              label={t("query.below")}
              value={lower}
              tabs={[
                { value: "results", label: t("query.results") },
                { value: "history", label: t("query.history") },
              ]}
              onChange={setLower}
            >
              {lower === "history" ? <HistoryPane current={id} /> : <div className={styles.result}>{result()}</div>}
            </Tabs>
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
        const show = () => mark(variables, error.line, error.column, error.message) && editor.current?.focus();
        return <Failed error={error} onShow={() => void show()} />;
      }
      return (
        <div className={styles.padded}>
          <Failure error={error} kept={t("query.kept")} {...(error instanceof Problem ? {} : { onRetry: run })} />
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
