import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { pipelines, run, runs } from "../api/queries";
import type { PipelineItem, Run, StagePlan } from "../api/types";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Empty, Failure, Waiting } from "../ui/states";
import forms from "../ui/form.module.css";
import tables from "../ui/table.module.css";
import { useAct } from "./act";
import { Backfills } from "./backfills";
import { Backlog } from "./backlog";
import { Checks } from "./checks";
import { Deliveries } from "./deliveries";
import { DryRun } from "./dry-run";
import { Flow } from "./flow";
import styles from "./pipelines.module.css";
import { RunBars } from "./run-bars";
import { StageGraph } from "./stage-graph";
import { StateMark, Took, Trigger } from "./state";
import { triggerOf } from "./triggers";

/** The pipelines and, below, their runs, newest first; one pipeline chosen keeps only its runs. */
export default function PipelinesPage() {
  const { t } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const chosen = parameters.get("pipeline") ?? undefined;
  const found = useQuery(pipelines());
  const choose = (name: string | undefined) => setParameters(name === undefined ? {} : { pipeline: name });

  return (
    <Page title={t("place.pipelines")}>
      <h1>{t("place.pipelines")}</h1>
      {found.data === undefined ? (
        found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={3} height={64} />
        )
      ) : found.data.items.length === 0 ? (
        <Empty title={t("pipelines.empty")}>{t("pipelines.empty.what")}</Empty>
      ) : (
        <>
          {found.isError && <Failure error={found.error} kept={t("pipelines.stale")} onRetry={() => void found.refetch()} />}
          <ul className={styles.pipelines}>
            {found.data.items.map((pipeline) => (
              <Pipeline key={pipeline.name} pipeline={pipeline} chosen={pipeline.name === chosen} onChoose={choose} />
            ))}
          </ul>
          <div className={styles.runsHead}>
            <h2>{chosen === undefined ? t("runs.all") : t("runs.of", { pipeline: chosen })}</h2>
            {chosen !== undefined && <Button onClick={() => choose(undefined)}>{t("runs.showAll")}</Button>}
          </div>
          {found.data.items
            .filter((pipeline) => pipeline.name === chosen)
            .map((pipeline) => (
              <div key={pipeline.name}>
                <Deliveries pipeline={pipeline} />
                <Checks pipeline={pipeline} />
                <Backfills pipeline={pipeline} />
              </div>
            ))}
          <Runs pipeline={chosen} />
        </>
      )}
    </Page>
  );
}

/** What can be done with a pipeline. */
function Acts({ pipeline }: { pipeline: PipelineItem }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const start = useAct<Run>((run) => void navigate(`/runs/${encodeURIComponent(run.id)}`));
  const pause = useAct();
  const [plan, setPlan] = useState<StagePlan[] | null>(null);
  const dryRun = useAct<{ stages: StagePlan[] }>(({ stages }) => setPlan(stages));
  const path = `/pipelines/${encodeURIComponent(pipeline.name)}`;
  const refusal = start.refusal ?? pause.refusal ?? dryRun.refusal;
  return (
    <>
      <div className={styles.acts}>
        <Button kind="primary" disabled={start.busy} onClick={() => start.act(`${path}/runs`)}>
          {t("pipelines.run")}
        </Button>
        <Button disabled={dryRun.busy} onClick={() => dryRun.act(`${path}/runs`, { dryRun: true })}>
          {t("dryRun.try")}
        </Button>
        <Button disabled={pause.busy} onClick={() => pause.act(`${path}/${pipeline.paused === true ? "resume" : "pause"}`)}>
          {t(pipeline.paused === true ? "pipelines.resume" : "pipelines.pause")}
        </Button>
        {pipeline.paused === true && <span className="soft">{t("pipelines.paused.what")}</span>}
        {refusal !== null && <p className={forms.refusal} role="alert">{refusal}</p>}
      </div>
      {plan !== null && <DryRun stages={plan} onClose={() => setPlan(null)} />}
    </>
  );
}

interface PipelineProps {
  pipeline: PipelineItem;
  chosen: boolean;
  onChoose(name: string | undefined): void;
}

function Pipeline({ pipeline, chosen, onChoose }: PipelineProps) {
  const { t } = useWords();
  return (
    <li className={styles.pipeline} data-chosen={chosen || undefined}>
      <div>
        <button
          type="button"
          className={styles.choose}
          aria-pressed={chosen}
          onClick={() => onChoose(chosen ? undefined : pipeline.name)}
        >
          {pipeline.name}
        </button>
        <p className="soft">{pipeline.description ?? t("dataset.noDescription")}</p>
        <Flow stages={pipeline.stages} />
        <Backlog pipeline={pipeline} />
      </div>
      <div className={styles.lastRun}>
        {pipeline.lastRun ? (
          <>
            <Link to={`/runs/${encodeURIComponent(pipeline.lastRun.id)}`}>
              <StateMark state={pipeline.lastRun.state} />
            </Link>
            {pipeline.lastRun.startedAt !== null && (
              <span className="soft small">
                <Moment at={pipeline.lastRun.startedAt} />
              </span>
            )}
          </>
        ) : (
          <span className="soft">{t("pipelines.neverRan")}</span>
        )}
        {pipeline.missedDeadline != null && (
          <span>
            <StateMark state="MISSED" /> <Moment at={pipeline.missedDeadline} />
          </span>
        )}
        {pipeline.paused === true && <StateMark state="PAUSED" />}
        {(pipeline.triggers ?? []).map((trigger) => (
          <span key={trigger} className="soft small">
            <Starts text={trigger} />
          </span>
        ))}
        {pipeline.nextDue != null && (
          <span className="soft small">
            {t("pipelines.next")} <Moment at={pipeline.nextDue} exact />
          </span>
        )}
      </div>
      {chosen && (
        <div className={styles.opened}>
          <Acts pipeline={pipeline} />
          {pipeline.lastRun && <LastRun id={pipeline.lastRun.id} />}
        </div>
      )}
    </li>
  );
}

/** What starts a pipeline by itself. */
function Starts({ text }: { text: string }) {
  const { t } = useWords();
  const trigger = triggerOf(text);
  return <>{trigger === null ? text : t(trigger.key, trigger.values)}</>;
}

/** The newest run of a pipeline as its stages are now. */
function LastRun({ id }: { id: string }) {
  const { t } = useWords();
  const found = useQuery(run(id));
  if (found.data?.stages == null) return null;
  return (
    <section aria-label={t("runs.last")}>
      <h3>{t("runs.last")}</h3>
      <StageGraph stages={found.data.stages} chosen={undefined} path={`/runs/${encodeURIComponent(id)}`} />
      {found.data.stages
        .filter((stage) => stage.state.toLowerCase() === "failed" && stage.message !== null)
        .map((stage) => (
          <p key={stage.name} className={styles.message} lang={stage.messageLanguage}>
            {stage.message}
          </p>
        ))}
    </section>
  );
}

function Runs({ pipeline }: { pipeline: string | undefined }) {
  const { t } = useWords();
  const found = useInfiniteQuery(runs(pipeline));
  const items = found.data?.pages.flatMap((page) => page.items);
  if (items === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={6} />;
  }
  if (items.length === 0) return <Empty title={t("runs.empty")}>{t("runs.empty.what")}</Empty>;
  return (
    <>
      {pipeline !== undefined && <RunBars runs={items} />}
      <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("runs.all")}>
        <table className={tables.table}>
          <thead>
            <tr>
              <th scope="col">{t("runs.run")}</th>
              <th scope="col">{t("runs.state")}</th>
              <th scope="col">{t("runs.pipeline")}</th>
              <th scope="col">{t("runs.trigger")}</th>
              <th scope="col">{t("runs.started")}</th>
              <th scope="col" className={tables.right}>{t("runs.took")}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((run) => (
              <tr key={run.id}>
                <td>
                  <Link className="mono" to={`/runs/${encodeURIComponent(run.id)}`}>
                    {run.id.slice(0, 8)}
                  </Link>
                </td>
                <td>
                  <StateMark state={run.state} />
                </td>
                <td>{run.pipeline}</td>
                <td>
                  <Trigger name={run.trigger} />
                </td>
                <td>{run.startedAt === null ? "–" : <Moment at={run.startedAt} exact />}</td>
                <td className={tables.right}>
                  <Took startedAt={run.startedAt} endedAt={run.endedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {found.hasNextPage && (
          <Button onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
            {t("action.more")}
          </Button>
        )}
      </div>
    </>
  );
}
