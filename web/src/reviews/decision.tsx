import { useId, useState } from "react";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { useReviewAct } from "./act";
import type { Review, WholeItem } from "./api";
import forms from "../ui/form.module.css";
import styles from "./reviews.module.css";

type Choice = "certify" | "used" | "columns" | "until" | "revoke";

/** The reviewer's form: it stays, less of it stays, or it goes. */
export function Decision({ review, whole, onDecided }: { review: Review; whole: WholeItem; onDecided: () => void }) {
  const { t } = useWords();
  const id = useId();
  const { item, evidence } = whole;
  const { act, busy, refusal, refuse } = useReviewAct(review.id);
  const divisible =
    item.permissions.includes("SELECT") &&
    !item.permissions.some((each) => ["ALL", "INSERT", "DELETE", "ALTER", "DROP"].includes(each));
  const choices: Choice[] = [
    "certify",
    ...(divisible && item.use.used > 0 && item.use.used < item.use.granted ? (["used"] as const) : []),
    ...(divisible && evidence.datasets.some((each) => each.columns.length > 0) ? (["columns"] as const) : []),
    "until",
    "revoke",
  ];
  const [choice, setChoice] = useState<Choice>("certify");
  const [columns, setColumns] = useState<Record<string, string[]>>(() =>
    Object.fromEntries(
      evidence.datasets.map((each) => [each.dataset, each.columns.filter((one) => one.used).map((one) => one.name)]),
    ),
  );
  const [until, setUntil] = useState(() => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  const [reason, setReason] = useState("");

  const tick = (dataset: string, name: string, on: boolean) =>
    setColumns((before) => ({
      ...before,
      [dataset]: on ? [...(before[dataset] ?? []), name] : (before[dataset] ?? []).filter((each) => each !== name),
    }));

  const decide = async () => {
    if (choice !== "certify" && reason.trim() === "") {
      refuse(t("reviews.reasonNeeded"));
      return;
    }
    const narrow =
      choice === "used"
        ? { used: true }
        : choice === "columns"
          ? { columns: Object.entries(columns).map(([dataset, names]) => ({ dataset, columns: names })) }
          : choice === "until"
            ? { until: `${until}T00:00:00Z` }
            : null;
    const done = await act(`items/${item.number}/decision`, {
      version: item.version,
      verdict: narrow === null ? choice : "narrow",
      reason,
      ...(narrow === null ? {} : { narrow }),
    });
    if (done) onDecided();
  };

  return (
    <form
      className={forms.form}
      aria-label={t("reviews.decide")}
      onSubmit={(event) => {
        event.preventDefault();
        void decide();
      }}
    >
      <fieldset>
        <legend>{t("reviews.decide")}</legend>
        {choices.map((each) => (
          <label key={each} className={forms.check}>
            <input
              type="radio"
              name={`${id}-choice`}
              value={each}
              checked={choice === each}
              onChange={() => setChoice(each)}
            />
            {t(`reviews.choice.${each}`, { n: item.use.used })}
          </label>
        ))}
      </fieldset>
      {choice === "columns" &&
        evidence.datasets.map((dataset) => (
          <fieldset key={dataset.dataset}>
            <legend className="mono">{dataset.dataset}</legend>
            {dataset.columns.map(({ name }) => (
              <label key={name} className={forms.check}>
                <input
                  type="checkbox"
                  checked={columns[dataset.dataset]?.includes(name) ?? false}
                  onChange={(event) => tick(dataset.dataset, name, event.currentTarget.checked)}
                />
                {name}
              </label>
            ))}
          </fieldset>
        ))}
      {choice === "until" && (
        <>
          <label htmlFor={`${id}-until`}>{t("reviews.newEnd")}</label>
          <input id={`${id}-until`} type="date" value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
        </>
      )}
      <label htmlFor={`${id}-reason`}>{t("reviews.reason")}</label>
      <textarea id={`${id}-reason`} rows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      {item.source.startsWith("policy-file:") && choice !== "certify" && (
        <p className={styles.note}>{t("reviews.fileToo")}</p>
      )}
      <p className={styles.refusal} role="alert">
        {refusal}
      </p>
      <div className={styles.ways}>
        <Button type="submit" kind="primary" disabled={busy}>
          {t(`reviews.do.${choice === "certify" || choice === "revoke" ? choice : "narrow"}`)}
        </Button>
      </div>
    </form>
  );
}
