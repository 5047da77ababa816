import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { Problem } from "../api/client";
import { isLive, run as runQuery, runLog } from "../api/queries";
import type { Run, Stage } from "../api/types";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Failure, NotForYou, Waiting } from "../ui/states";
import forms from "../ui/form.module.css";
import tables from "../ui/table.module.css";
import { useAct } from "./act";
import { Gained } from "./gained";
import { Quarantine } from "./quarantine";
import { StageGraph } from "./stage-graph";
import styles from "./pipelines.module.css";
import { StateMark, Took, Trigger } from "./state";

/** One run: how far each stage is and what it wrote into the log. */
export default function RunPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const [parameters] = useSearchParams();
  const found = useQuery(runQuery(id));
  const trail = (
    <nav className={styles.trail} aria-label={t("dataset.trail")}>
      <Link to="/pipelines">{t("place.pipelines")}</Link>
      {found.data !== undefined && (
        <>
          <span aria-hidden="true">/</span>
          <Link to={`/pipelines?pipeline=${encodeURIComponent(found.data.pipeline)}`}>{found.data.pipeline}</Link>
        </>
      )}
    </nav>
  );
  if (found.data === undefined) {
    return (
      <Page title={t("runs.run")}>
        {trail}
        {!found.isError ? (
          <Waiting rows={8} />
        ) : found.error instanceof Problem && found.error.status < 500 ? (
          <NotForYou title={t("run.notFound")}>{t("run.notFound.what")}</NotForYou>
        ) : (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        )}
      </Page>
    );
  }
  const run = found.data;
  const chosen = run.stages?.find((stage) => stage.name === parameters.get("stage"));
  return (
    <Page title={`${run.pipeline} ${run.id.slice(0, 8)}`}>
      {trail}
      <h1>{t("run.title", { id: run.id.slice(0, 8) })}</h1>
      <p className={styles.facts}>
        <StateMark state={run.state} />
        <span>
          <Trigger name={run.trigger} />
        </span>
        {run.backfill != null && <span>{t("run.ofDay", { day: run.date ?? "" })}</span>}
        {run.startedAt !== null && <Moment at={run.startedAt} exact />}
        <Took startedAt={run.startedAt} endedAt={run.endedAt} />
      </p>
      <Acts run={run} />
      <StageGraph stages={run.stages ?? []} chosen={chosen?.name} />
      {chosen !== undefined && <Chosen run={run} stage={chosen} />}
      <Stages stages={run.stages ?? []} />
      <Gained run={run} />
      <Log run={run} stage={chosen?.name} />
    </Page>
  );
}

/** What can be done with a run: stopped while it works, and gone on with after it failed. */
function Acts({ run }: { run: Run }) {
  const { t } = useWords();
  const { act, busy, refusal } = useAct();
  const path = `/runs/${encodeURIComponent(run.id)}`;
  const stopped = /^(failed|cancelled)$/i.test(run.state);
  if (!isLive(run.state) && !stopped) return null;
  const failed = run.stages?.find((stage) => stage.state.toLowerCase() === "failed")?.name;
  return (
    <div className={styles.acts}>
      {stopped ? (
        <Button kind="primary" disabled={busy} onClick={() => act(`${path}/resume`)}>
          {failed === undefined ? t("run.resume") : t("run.resumeAt", { stage: failed })}
        </Button>
      ) : (
        <Button disabled={busy} onClick={() => act(`${path}/cancel`)}>
          {t("run.cancel")}
        </Button>
      )}
      {refusal !== null && <p className={forms.refusal} role="alert">{refusal}</p>}
    </div>
  );
}

/** One stage: what it did, what it put aside, and a way to do it again. */
function Chosen({ run, stage }: { run: Run; stage: Stage }) {
  const { t, number } = useWords();
  const { act, busy, refusal } = useAct();
  const again = !isLive(run.state) && stage.startedAt !== null;
  return (
    <section className={styles.chosen} aria-label={t("run.stageIs", { stage: stage.name })} data-testid="stage">
      <h2>{stage.name}</h2>
      <p className={styles.facts}>
        <StateMark state={stage.state} />
        <span>{stage.kind}</span>
        {stage.startedAt !== null && <Moment at={stage.startedAt} exact />}
        <Took startedAt={stage.startedAt} endedAt={stage.endedAt} />
        {(stage.attempt ?? 1) > 1 && <span>{t("run.attempts", { n: stage.attempt ?? 1 })}</span>}
        {!!stage.rowsIn && <span>{t("run.in", { n: number(stage.rowsIn) })}</span>}
        {!!stage.rowsOut && <span>{t("run.out", { n: number(stage.rowsOut) })}</span>}
      </p>
      {stage.message !== null && <p className={styles.message} lang={stage.messageLanguage}>{stage.message}</p>}
      {again && (
        <div className={styles.acts}>
          <Button disabled={busy} onClick={() => act(`/runs/${encodeURIComponent(run.id)}/resume`, { from: stage.name })}>
            {t("run.again", { stage: stage.name })}
          </Button>
          <span className="soft">{t("run.again.what")}</span>
          {refusal !== null && <p className={forms.refusal} role="alert">{refusal}</p>}
        </div>
      )}
      <Quarantine run={run} stage={stage} />
    </section>
  );
}

function Stages({ stages }: { stages: Stage[] }) {
  const { t, number } = useWords();
  const count = (value: number | null) => (value === null ? "–" : number(value));
  return (
    <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("pipelines.stages")}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t("run.stage")}</th>
            <th scope="col">{t("runs.state")}</th>
            <th scope="col" className={tables.right}>{t("run.rowsIn")}</th>
            <th scope="col" className={tables.right}>{t("run.rowsOut")}</th>
            <th scope="col" className={tables.right}>{t("run.rowsRejected")}</th>
            <th scope="col" className={tables.right}>{t("runs.took")}</th>
            <th scope="col">{t("run.message")}</th>
          </tr>
        </thead>
        <tbody>
          {stages.map((stage) => (
            <tr key={stage.name}>
              <th scope="row">
                {stage.name} <span className="soft">{stage.kind}</span>
              </th>
              <td>
                <StateMark state={stage.state} />
                {stage.progress !== null && isLive(stage.state) && (
                  <progress className={styles.progress} value={stage.progress} max={1} aria-label={stage.name} />
                )}
              </td>
              <td className={tables.right}>{count(stage.rowsIn)}</td>
              <td className={tables.right}>{count(stage.rowsOut)}</td>
              <td className={tables.right}>{count(stage.rowsRejected)}</td>
              <td className={tables.right}>
                <Took startedAt={stage.startedAt} endedAt={stage.endedAt} />
              </td>
              <td className={tables.wrap} lang={stage.messageLanguage}>{stage.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Log({ run, stage }: { run: Run; stage: string | undefined }) {
  const { t } = useWords();
  const cache = useQueryClient();
  const lines = useQuery(runLog(run.id, isLive(run.state), cache));
  const box = useRef<HTMLDivElement>(null);
  const shown = lines.data?.filter((line) => stage === undefined || line.stage === stage) ?? [];
  const count = shown.length;
  const live = isLive(run.state);
  const wasLive = useRef(live);
  useEffect(() => {
    // The last lines were written after the log was asked for last.
    if (wasLive.current && !live) void cache.invalidateQueries({ queryKey: ["log", run.id] });
    wasLive.current = live;
  }, [live, run.id, cache]);
  // The log follows its end, unless the reader has scrolled away from it.
  const following = useRef(true);
  useEffect(() => {
    if (following.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [count]);
  return (
    <section className={styles.logSection}>
      <h2>{stage === undefined ? t("run.log") : t("run.logOf", { stage })}</h2>
      {lines.data === undefined ? (
        lines.isError ? (
          <Failure error={lines.error} onRetry={() => void lines.refetch()} />
        ) : (
          <Waiting rows={4} />
        )
      ) : (
        <div
          ref={box}
          className={styles.log}
          role="log"
          tabIndex={0}
          aria-label={t("run.log")}
          onScroll={({ currentTarget: it }) => {
            following.current = it.scrollHeight - it.scrollTop - it.clientHeight < 24;
          }}
        >
          {shown.length === 0 && <p className="soft">{t("run.noLog")}</p>}
          {shown.map((line) => (
            <p key={line.sequence} data-level={line.level.toLowerCase()}>
              <time dateTime={line.at}>{line.at.slice(11, 23)}</time>
              <span>{line.level}</span>
              <span>{line.stage ?? ""}</span>
              <span lang="en">{line.message}</span>
            </p>
          ))}
        </div>
      )}
    </section>
  );
}
