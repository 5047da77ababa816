import type { RequestGrantee, RequestState } from "../api/types";
import { useWords } from "../i18n/i18n";
import styles from "./requests.module.css";

/** The state of a request: a shape and a word. */
export function RequestStateMark({ state }: { state: RequestState }) {
  const { t } = useWords();
  return (
    <span className={styles.state} data-state={state} data-testid="request-state">
      {t(`request.state.${state}`)}
    </span>
  );
}

/** Whom access is for. */
export function granteeName({ user, profile }: RequestGrantee): string {
  return user ?? profile ?? "";
}

/** A day as a date field writes it. */
export function dayOf(iso: string): string {
  return iso.slice(0, 10);
}

/** The start of a day in UTC. */
export function startOf(day: string): string {
  return `${day}T00:00:00Z`;
}
