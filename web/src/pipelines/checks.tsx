import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { checks } from "../api/queries";
import type { CheckPoint, CheckRule, PipelineItem } from "../api/types";
import { Link } from "react-router";
import { Moment, useWords } from "../i18n/i18n";
import { Failure } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./pipelines.module.css";
import { StateMark } from "./state";

const WIDTH = 320;
const HEIGHT = 72;
const EDGE = 6;

/** What the rules of a pipeline's checks measured, run by run. */
export function Checks({ pipeline }: { pipeline: PipelineItem }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const found = useQuery({ ...checks(pipeline.name), enabled: open });
  if (!pipeline.stages.some((stage) => stage.kind === "check")) return null;
  return (
    <details className={styles.backfills} open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)} data-testid="checks">
      <summary>{t("checks.title")}</summary>
      <p className="soft">{t("checks.what")}</p>
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.items.length === 0 && <p>{t("checks.none")}</p>}
      <div className={styles.rules}>
        {found.data?.items.map((rule) => (
          <Rule key={`${rule.stage} ${rule.rule}`} rule={rule} />
        ))}
      </div>
    </details>
  );
}

/** One rule: whether it was kept last, a line through what it measured, and that run by run; `children` stand below. */
export function Rule({ rule, children }: { rule: CheckRule; children?: ReactNode }) {
  const { t, number } = useWords();
  // The newest are told first, and drawn last.
  const points = [...rule.points].sort((a, b) => a.at.localeCompare(b.at));
  const last = points.at(-1);
  const [shown, show] = useState(false);
  if (last === undefined) return null;
  const told = (point: CheckPoint) => measured(point, number);
  return (
    <section className={styles.rule} aria-label={rule.stage === null ? rule.rule : `${rule.stage}: ${rule.rule}`} data-testid="rule">
      <h3>
        {rule.rule} <span className="soft small">{rule.stage}</span>
      </h3>
      <p>
        <StateMark state={last.kept ? "succeeded" : last.onFailure === "FAIL" ? "failed" : "warned"} /> {told(last)}
      </p>
      <Line points={points} label={t("checks.line", { rule: rule.rule, n: points.length, last: told(last) })} />
      <button type="button" className={styles.choose} aria-expanded={shown} onClick={() => show(!shown)}>
        {t("checks.runs")}
      </button>
      {shown && (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("checks.runs")}>
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t("runs.run")}</th>
                <th scope="col">{t("runs.state")}</th>
                <th scope="col" className={tables.right}>{t("checks.measured")}</th>
              </tr>
            </thead>
            <tbody>
              {points.toReversed().map((point) => (
                <tr key={point.at}>
                  <td>
                    {point.run === null ? (
                      <Moment at={point.at} exact />
                    ) : (
                      <Link to={`/runs/${encodeURIComponent(point.run)}`}>
                        <Moment at={point.at} exact />
                      </Link>
                    )}
                  </td>
                  <td>
                    <StateMark state={point.kept ? "succeeded" : point.onFailure === "FAIL" ? "failed" : "warned"} />
                  </td>
                  <td className={tables.right}>{told(point)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {children}
    </section>
  );
}

/** A line through what was measured, with a mark for each run: round where the rule was kept, a cross where it was not. */
function Line({ points, label }: { points: CheckPoint[]; label: string }) {
  const values = points.map((point) => Number(point.measured));
  const least = Math.min(0, ...values);
  const most = Math.max(...values, least + Number.EPSILON);
  const x = (index: number) => (points.length === 1 ? WIDTH / 2 : EDGE + (index * (WIDTH - 2 * EDGE)) / (points.length - 1));
  const y = (value: number) => HEIGHT - EDGE - ((value - least) * (HEIGHT - 2 * EDGE)) / (most - least);
  return (
    <svg className={styles.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line className={styles.zero} x1={0} x2={WIDTH} y1={y(0)} y2={y(0)} />
      <polyline points={values.map((value, index) => `${x(index)},${y(value)}`).join(" ")} />
      {points.map((point, index) =>
        point.kept ? (
          <circle key={point.at} cx={x(index)} cy={y(values[index] ?? 0)} r={2.5} />
        ) : (
          <path
            key={point.at}
            data-level={point.onFailure === "FAIL" ? "failed" : "warned"}
            d={`M${x(index) - 4} ${y(values[index] ?? 0) - 4}l8 8m0 -8l-8 8`}
          />
        ),
      )}
    </svg>
  );
}

function measured({ measured: value, unit }: CheckPoint, number: (value: number) => string): string {
  const amount = Number(value);
  if (unit === "PERCENT") return `${number(Math.round(amount * 100) / 100)} %`;
  return unit === "SECONDS" ? `${number(Math.round(amount))} s` : number(amount);
}
