import { useWords } from "../i18n/i18n";
import type { MessageKey } from "../i18n/translate";
import styles from "./pipelines.module.css";

const words: Record<string, MessageKey> = {
  pending: "run.pending",
  queued: "run.queued",
  running: "run.running",
  succeeded: "run.succeeded",
  failed: "run.failed",
  cancelled: "run.cancelled",
  skipped: "run.skipped",
  paused: "pipelines.paused",
  missed: "pipelines.missed",
  warned: "checks.warned",
  received: "deliveries.RECEIVED",
  landed: "deliveries.LANDED",
  duplicate: "deliveries.DUPLICATE",
  refused: "deliveries.REFUSED",
  dismissed: "deliveries.dismissed",
};

/** The state of a run, a stage or a file: a shape and a word. */
export function StateMark({ state }: { state: string }) {
  const { t } = useWords();
  const known = words[state.toLowerCase()];
  return (
    <span className={styles.state} data-state={state.toLowerCase()}>
      {known === undefined ? state : t(known)}
    </span>
  );
}

const triggers: Record<string, MessageKey> = {
  api: "trigger.api",
  cron: "trigger.cron",
  arrival: "trigger.arrival",
  snapshot: "trigger.snapshot",
  backfill: "trigger.backfill",
};

/** What started a run. */
export function Trigger({ name }: { name: string }) {
  const { t } = useWords();
  const known = triggers[name];
  return <>{known === undefined ? name : t(known)}</>;
}

/** From start to end, or to now. */
export function Took({ startedAt, endedAt }: { startedAt: string | null; endedAt: string | null }) {
  const { duration } = useWords();
  if (startedAt === null) return <>–</>;
  const end = endedAt === null ? Date.now() : Date.parse(endedAt);
  return <>{duration(Math.max(0, end - Date.parse(startedAt)))}</>;
}
