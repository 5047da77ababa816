import type { Evidence, RequestEvent } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import type { MessageKey } from "../i18n/translate";
import styles from "./requests.module.css";

const known: Record<string, MessageKey> = {
  submitted: "request.event.submitted",
  "auto-approved": "request.event.auto_approved",
  edited: "request.event.edited",
  approved: "request.event.approved",
  rejected: "request.event.rejected",
  "changes-requested": "request.event.changes_requested",
  withdrawn: "request.event.withdrawn",
  provisioned: "request.event.provisioned",
  failed: "request.event.failed",
  expired: "request.event.expired",
  lapsed: "request.event.lapsed",
  "revoke-requested": "request.event.revoke_requested",
  revoked: "request.event.revoked",
  escalated: "request.event.escalated",
  expiring: "request.event.expiring",
  commented: "request.event.commented",
  extension: "request.event.extension",
  "narrowed-by-review": "request.event.narrowed_by_review",
};

/** What happened, oldest first, with what was read back. */
export function Timeline({ events }: { events: RequestEvent[] }) {
  const { t } = useWords();
  return (
    <ol className={styles.timeline} data-testid="timeline">
      {events.map((event) => {
        const { comment, reason, changes, evidence } = event.details;
        const key = known[event.kind];
        const said = comment ?? reason;
        return (
          <li key={event.number}>
            <strong>{event.actor}</strong> {key === undefined ? event.kind : t(key)}{" "}
            <span className="soft small">
              <Moment at={event.at} exact />
            </span>
            {said !== undefined && <p className={styles.said}>{said}</p>}
            {changes !== undefined && changes.length > 0 && <pre className={styles.changes}>{changes.join("\n")}</pre>}
            {evidence !== undefined && <ReadBack evidence={evidence} />}
          </li>
        );
      })}
    </ol>
  );
}

function ReadBack({ evidence }: { evidence: Evidence }) {
  const { t } = useWords();
  return (
    <details className={styles.evidence} data-testid="evidence">
      <summary>
        {t("request.evidence")} · {t(evidence.byRequest ? "request.evidence.by" : "request.evidence.notBy")}
      </summary>
      <p className="soft small">
        {t("request.evidence.epoch", { epoch: evidence.epoch })} · <Moment at={evidence.at} exact />
      </p>
      <Effective datasets={evidence.datasets} />
    </details>
  );
}

/** What somebody has of datasets: whether, which rows, what each column is, and why. */
export function Effective({ datasets }: { datasets: Evidence["datasets"] }) {
  const { t } = useWords();
  return (
    <>
      {datasets.map((dataset) => (
        <div key={dataset.dataset}>
          <span className="mono">{dataset.dataset}</span>{" "}
          {t(dataset.allowed ? "request.evidence.allowed" : "request.evidence.denied")}
          {dataset.rows != null && <code> {dataset.rows}</code>}
          <ul>
            {Object.entries(dataset.columns).map(([name, state]) => (
              <li key={name}>
                <span className="mono">{name}</span> {state}
              </li>
            ))}
          </ul>
          {dataset.because.map((text) => (
            <p key={text} className="soft small">
              {text}
            </p>
          ))}
        </div>
      ))}
    </>
  );
}
