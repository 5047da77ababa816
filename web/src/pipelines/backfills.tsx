import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { backfillDays, backfills, isLive } from "../api/queries";
import type { Backfill, PipelineItem } from "../api/types";
import { Link } from "react-router";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Failure } from "../ui/states";
import forms from "../ui/form.module.css";
import { useAct } from "./act";
import styles from "./pipelines.module.css";
import { StateMark } from "./state";

/** Runs of a pipeline for each day of a range: those there were, as groups, and a way to ask for more. */
export function Backfills({ pipeline }: { pipeline: PipelineItem }) {
  const { t } = useWords();
  const found = useQuery(backfills(pipeline.name));
  const items = found.data?.items ?? [];
  // Open while one is under way, and from then on until somebody closes it.
  const [open, setOpen] = useState<boolean>();
  return (
    <details
      className={styles.backfills}
      open={open ?? items.some(isUnderWay)}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{t("backfill.title")}</summary>
      <p className="soft">{t("backfill.what")}</p>
      <Ask pipeline={pipeline} />
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {items.map((item) => (
        <Group key={item.id} backfill={item} />
      ))}
    </details>
  );
}

const order = ["SUCCEEDED", "RUNNING", "QUEUED", "FAILED", "CANCELLED"];

function isUnderWay({ runs }: Backfill) {
  return Object.keys(runs).some(isLive);
}

function Ask({ pipeline }: { pipeline: PipelineItem }) {
  const { t } = useWords();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const { act, busy, refusal } = useAct();
  return (
    <form
      className={`${forms.form} ${styles.ask}`}
      onSubmit={(event) => {
        event.preventDefault();
        act(`/pipelines/${encodeURIComponent(pipeline.name)}/backfill`, { from, to });
      }}
    >
      <label>
        {t("backfill.from")}
        <input type="date" required value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        {t("backfill.to")}
        <input type="date" required value={to} min={from} onChange={(event) => setTo(event.target.value)} />
      </label>
      <Button type="submit" disabled={busy}>
        {t("backfill.start")}
      </Button>
      {refusal !== null && <p className={forms.refusal} role="alert">{refusal}</p>}
    </form>
  );
}

function Group({ backfill }: { backfill: Backfill }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const { act, busy, refusal } = useAct();
  const days = useQuery({ ...backfillDays(backfill.id, isUnderWay(backfill)), enabled: open });
  const total = Object.values(backfill.runs).reduce((sum, count) => sum + count, 0);
  const left = isUnderWay(backfill);
  const again = !left && order.slice(3).some((state) => backfill.runs[state] !== undefined);
  const path = `/backfills/${encodeURIComponent(backfill.id)}`;
  return (
    <section className={styles.group} aria-label={t("backfill.range", { from: backfill.from, to: backfill.to })} data-testid="backfill">
      <h3>{t("backfill.range", { from: backfill.from, to: backfill.to })}</h3>
      <progress className={styles.groupProgress} value={backfill.runs["SUCCEEDED"] ?? 0} max={total} aria-label={t("backfill.done")} />
      <p className={styles.counts}>
        {order
          .filter((state) => backfill.runs[state] !== undefined)
          .map((state) => (
            <span key={state}>
              {backfill.runs[state]} <StateMark state={state} />
            </span>
          ))}
      </p>
      <div className={styles.acts}>
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("backfill.days")}
        </Button>
        {left && (
          <Button disabled={busy} onClick={() => act(`${path}/cancel`)}>
            {t("backfill.cancel")}
          </Button>
        )}
        {again && (
          <Button disabled={busy} onClick={() => act(`${path}/resume`)}>
            {t("backfill.resume")}
          </Button>
        )}
        {refusal !== null && <p className={forms.refusal} role="alert">{refusal}</p>}
      </div>
      {open && days.data !== undefined && (
        <ul className={styles.days}>
          {days.data.items.map((day) => (
            <li key={day.id}>
              <Link to={`/runs/${encodeURIComponent(day.id)}`}>{day.date}</Link> <StateMark state={day.state} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
