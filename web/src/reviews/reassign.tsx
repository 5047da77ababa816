import { useId, useState } from "react";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { useReviewAct } from "./act";
import type { Review, ReviewItem } from "./api";
import forms from "../ui/form.module.css";
import styles from "./reviews.module.css";

/** Handing a grant to somebody else to review. */
export function Reassign({ review, item }: { review: Review; item: ReviewItem }) {
  const { t } = useWords();
  const id = useId();
  const { act, busy, refusal, refuse } = useReviewAct(review.id);
  const [kind, setKind] = useState<"user" | "profile">("user");
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const send = () => {
    if (reason.trim() === "" || name.trim() === "") refuse(t("reviews.reassign.needed"));
    else void act(`items/${item.number}/reassign`, { version: item.version, to: { [kind]: name.trim() }, reason });
  };
  return (
    <details className={styles.more}>
      <summary>{t("reviews.reassign")}</summary>
      <div className={forms.form}>
        <label htmlFor={`${id}-kind`}>{t("reviews.reassign.to")}</label>
        <select id={`${id}-kind`} value={kind} onChange={(event) => setKind(event.currentTarget.value as "user" | "profile")}>
          <option value="user">{t("reviews.scope.user")}</option>
          <option value="profile">{t("reviews.scope.profile")}</option>
        </select>
        <label htmlFor={`${id}-name`}>{t("reviews.reassign.name")}</label>
        <input
          id={`${id}-name`}
          className="mono"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <label htmlFor={`${id}-reason`}>{t("reviews.reason")}</label>
        <input id={`${id}-reason`} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <p className={styles.refusal} role="alert">
          {refusal}
        </p>
        <div className={styles.ways}>
          <Button disabled={busy} onClick={send}>
            {t("reviews.reassign.do")}
          </Button>
        </div>
      </div>
    </details>
  );
}
