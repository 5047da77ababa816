import { Link } from "react-router";
import type { Run } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import styles from "./pipelines.module.css";

const MOST = 60;

/** The runs of a pipeline over time, the newest at the right: as high as they took, marked where they failed. The table below says the same. */
export function RunBars({ runs }: { runs: Run[] }) {
  const { t, duration, dateTime } = useWords();
  const bars = runs
    .filter((run) => run.startedAt !== null)
    .slice(0, MOST)
    .reverse()
    .map((run) => ({ run, took: Math.max(0, (run.endedAt === null ? Date.now() : Date.parse(run.endedAt)) - Date.parse(run.startedAt!)) }));
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined || bars.length < 2) return null;
  const longest = Math.max(1, ...bars.map(({ took }) => took));
  return (
    <div className={styles.bars} style={{ maxWidth: Math.max(280, bars.length * 22) }} data-testid="run-bars">
      <p className="soft small">{t("runs.longest", { took: duration(longest) })}</p>
      <div className={styles.barsDrawn} aria-hidden="true">
        {bars.map(({ run, took }) => (
          <Link
            key={run.id}
            to={`/runs/${encodeURIComponent(run.id)}`}
            tabIndex={-1}
            data-state={run.state.toLowerCase()}
            title={`${dateTime(run.startedAt!)} · ${duration(took)}`}
          >
            <span style={{ height: `${Math.max(3, (took / longest) * 100)}%` }} />
          </Link>
        ))}
      </div>
      <p className={`${styles.barsSpan} soft small`}>
        <Moment at={first.run.startedAt!} exact />
        <Moment at={last.run.startedAt!} exact />
      </p>
    </div>
  );
}
