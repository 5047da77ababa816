import type { ReactNode } from "react";
import { Problem, Unreachable } from "../api/client";
import { Icon } from "../design/icons";
import { useWords } from "../i18n/i18n";
import { Button } from "./button";
import styles from "./states.module.css";

/** Nothing is here yet: says so and teaches the next step. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.state}>
      <h2>{title}</h2>
      {children !== undefined && <div className="soft">{children}</div>}
    </div>
  );
}

/** The service said that this is not for this person, or that there is no such thing. */
export function NotForYou({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.state}>
      <span className={styles.lock}>
        <Icon name="lock" size={24} />
      </span>
      <h2>{title}</h2>
      <div className="soft">{children}</div>
    </div>
  );
}

/**
 * Why something was not done; where the service has no words for that in the language of the page, with a title that is
 * in it.
 */
export function WhyNot({ by }: { by: unknown }) {
  const { t } = useWords();
  if (!(by instanceof Problem)) return t("failure.unreachable.what");
  if (by.language === null) return by.message;
  return (
    <>
      {by.title}: <span lang={by.language}>{by.message}</span>
    </>
  );
}

/** Something failed: what happened, what was kept, what to do. */
export function Failure({ error, onRetry, kept }: { error: unknown; onRetry?: () => void; kept?: ReactNode }) {
  const { t } = useWords();
  const unreachable = error instanceof Unreachable;
  return (
    <div className={`${styles.state} ${styles.failure}`} role="alert">
      <h2>{unreachable ? t("failure.unreachable") : t("failure.title")}</h2>
      <div>{unreachable || error instanceof Problem ? <WhyNot by={error} /> : t("failure.unknown")}</div>
      {kept !== undefined && <div className="soft">{kept}</div>}
      {onRetry !== undefined && (
        <div>
          <Button onClick={onRetry}>{t("action.retry")}</Button>
        </div>
      )}
    </div>
  );
}

/** Grey bars where rows will be, of the same height, so that nothing jumps. */
export function Waiting({ rows = 6, height = 28 }: { rows?: number; height?: number }) {
  const { t } = useWords();
  return (
    <div className={styles.waiting} role="status">
      <span className="hidden-visually">{t("state.loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles.bar} style={{ height }} aria-hidden="true">
          <span style={{ width: `${30 + ((row * 37) % 55)}%` }} />
        </div>
      ))}
    </div>
  );
}
