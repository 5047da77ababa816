import { useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { client } from "../api/client";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import type { Review, ScopeKind, Silence } from "./api";
import { WhyNot } from "../ui/states";
import forms from "../ui/form.module.css";
import styles from "./reviews.module.css";

const kinds: ScopeKind[] = ["table", "database", "tag", "profile", "user"];
const silences: Silence[] = ["revoke", "narrow", "keep"];
const FORTNIGHT = 14 * 86_400_000;

/** Starting a review: of what, by whom, until when, and what silence means. */
export default function NewReviewPage() {
  const { t } = useWords();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const id = useId();
  const [kind, setKind] = useState<ScopeKind>("table");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const named = (field: "user" | "profile") =>
      text(`${field}s`)
        .split(/[\s,]+/)
        .filter((each) => each !== "")
        .map((each) => ({ [field]: each }));
    setBusy(true);
    setRefusal(null);
    try {
      const made = await client.post<Review>("/reviews", {
        name: text("name"),
        scope: { [kind]: text("scope") },
        reviewers: [...named("user"), ...named("profile")],
        due: `${text("due")}T00:00:00Z`,
        onSilence: text("silence"),
      });
      await cache.invalidateQueries({ queryKey: ["reviews"] });
      await navigate(`/reviews/${encodeURIComponent(made.id)}`);
    } catch (failure) {
      setBusy(false);
      setRefusal(<WhyNot by={failure} />);
    }
  };

  return (
    <Page title={t("reviews.new")}>
      <h1>{t("reviews.new")}</h1>
      <p className="soft">{t("reviews.form.what")}</p>
      <form className={forms.form} onSubmit={(event) => void submit(event)}>
        <label htmlFor={`${id}-name`}>{t("reviews.name")}</label>
        <input id={`${id}-name`} name="name" required maxLength={200} />
        <label htmlFor={`${id}-kind`}>{t("reviews.form.kind")}</label>
        <select id={`${id}-kind`} value={kind} onChange={(event) => setKind(event.currentTarget.value as ScopeKind)}>
          {kinds.map((each) => (
            <option key={each} value={each}>
              {t(`reviews.form.kind.${each}`)}
            </option>
          ))}
        </select>
        <label htmlFor={`${id}-scope`}>{t(`reviews.form.of.${kind}`)}</label>
        <input id={`${id}-scope`} name="scope" className="mono" required spellCheck={false} />
        <fieldset>
          <legend>{t("reviews.form.reviewers")}</legend>
          <p className="soft small">{t("reviews.form.reviewers.what")}</p>
          <label htmlFor={`${id}-users`}>{t("reviews.form.users")}</label>
          <input id={`${id}-users`} name="users" className="mono" spellCheck={false} />
          <label htmlFor={`${id}-profiles`}>{t("reviews.form.profiles")}</label>
          <input id={`${id}-profiles`} name="profiles" className="mono" spellCheck={false} />
        </fieldset>
        <label htmlFor={`${id}-due`}>{t("reviews.due")}</label>
        <input
          id={`${id}-due`}
          name="due"
          type="date"
          required
          defaultValue={new Date(Date.now() + FORTNIGHT).toISOString().slice(0, 10)}
        />
        <label htmlFor={`${id}-silence`}>{t("reviews.silence")}</label>
        <select id={`${id}-silence`} name="silence" defaultValue="revoke">
          {silences.map((each) => (
            <option key={each} value={each}>
              {t(`reviews.silence.${each}`)}
            </option>
          ))}
        </select>
        <p className={styles.refusal} role="alert">
          {refusal}
        </p>
        <div className={styles.ways}>
          <Button type="submit" kind="primary" disabled={busy}>
            {t("reviews.form.send")}
          </Button>
        </div>
      </form>
    </Page>
  );
}
