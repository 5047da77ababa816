import { useId, useState } from "react";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { useReviewAct } from "./act";
import type { Review } from "./api";
import forms from "../ui/form.module.css";
import styles from "./reviews.module.css";

/** How a review ends: its report, or closing it early, or giving it up. */
export function Ending({ review }: { review: Review }) {
  const { t } = useWords();
  const id = useId();
  const { act, busy, refusal, refuse } = useReviewAct(review.id);
  const [reason, setReason] = useState("");
  const may = (action: Review["actions"][number]) => review.actions.includes(action);
  const file = (format: string) => `/api/v1/reviews/${encodeURIComponent(review.id)}/report?format=${format}`;

  if (may("report")) {
    return (
      <p className={styles.ways}>
        {(["pdf", "csv", "note"] as const).map((format) => (
          <a key={format} className={buttons.button} href={file(format)} download>
            {t(`reviews.report.${format}`)}
          </a>
        ))}
      </p>
    );
  }
  if (!may("close") && !may("cancel")) return null;
  const giveUp = () => {
    if (reason.trim() === "") refuse(t("reviews.reasonNeeded"));
    else void act("cancel", { reason });
  };
  return (
    <div>
      {may("close") && (
        <p className={styles.ways}>
          <Button kind="primary" disabled={busy} onClick={() => void act("close", {})}>
            {t("reviews.close")}
          </Button>
          <span className="soft">{t("reviews.close.what")}</span>
        </p>
      )}
      {may("cancel") && (
        <details className={styles.more}>
          <summary>{t("reviews.cancel")}</summary>
          <div className={forms.form}>
            <label htmlFor={`${id}-reason`}>{t("reviews.cancel.reason")}</label>
            <input id={`${id}-reason`} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
            <div className={styles.ways}>
              <Button disabled={busy} onClick={giveUp}>
                {t("reviews.cancel.do")}
              </Button>
            </div>
          </div>
        </details>
      )}
      <p className={styles.refusal} role="alert">
        {refusal}
      </p>
    </div>
  );
}
