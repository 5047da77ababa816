import { useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { client, Problem } from "../api/client";
import type { AccessRequest } from "../api/types";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { proposalOf, words } from "./address";
import styles from "./requests.module.css";
import { dayOf, startOf } from "./words";

const MONTH = 30 * 86_400_000;

/** Asking for access: the form is as its address fills it in. */
export default function NewRequestPage() {
  const { t } = useWords();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const { permission, items } = proposalOf(search);
  const shown = items.length === 0 ? [{ dataset: "", columns: [] }] : items;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "").trim();
    setBusy(true);
    setRefusal(null);
    try {
      const made = await client.post<AccessRequest>("/requests", {
        permission,
        items: shown.map((_, index) => ({
          dataset: text(`dataset-${index}`),
          ...(permission === "SELECT" ? { columns: words(text(`columns-${index}`)) } : {}),
          ...(text(`rows-${index}`) === "" ? {} : { rows: text(`rows-${index}`) }),
        })),
        until: startOf(text("until")),
        purpose: text("purpose"),
        justification: text("justification"),
        legalBasis: text("legalBasis"),
        ticket: text("ticket"),
      });
      await cache.invalidateQueries({ queryKey: ["requests"] });
      await navigate(`/requests/${encodeURIComponent(made.id)}`);
    } catch (failure) {
      setBusy(false);
      setRefusal(failure instanceof Problem ? failure.message : t("failure.unreachable.what"));
    }
  };

  return (
    <Page title={t("requests.new")}>
      <h1>{t("requests.new")}</h1>
      <p className="soft">{t("request.form.what")}</p>
      <form key={search.toString()} className={styles.form} onSubmit={(event) => void submit(event)}>
        {shown.map((item, index) => (
          <fieldset key={index}>
            <legend>{permission}</legend>
            <label htmlFor={`${id}-dataset-${index}`}>{t("request.form.dataset")}</label>
            <input
              id={`${id}-dataset-${index}`}
              name={`dataset-${index}`}
              className="mono"
              required
              defaultValue={item.dataset}
              spellCheck={false}
            />
            {permission === "SELECT" && (
              <>
                <label htmlFor={`${id}-columns-${index}`}>{t("request.form.columns")}</label>
                <textarea
                  id={`${id}-columns-${index}`}
                  name={`columns-${index}`}
                  className="mono"
                  rows={2}
                  defaultValue={item.columns.join(", ")}
                  spellCheck={false}
                />
                <label htmlFor={`${id}-rows-${index}`}>{t("request.form.rows")}</label>
                <input
                  id={`${id}-rows-${index}`}
                  name={`rows-${index}`}
                  className="mono"
                  placeholder={t("request.form.rowsHint")}
                  spellCheck={false}
                />
              </>
            )}
          </fieldset>
        ))}
        <label htmlFor={`${id}-until`}>{t("requests.until")}</label>
        <input
          id={`${id}-until`}
          name="until"
          type="date"
          required
          defaultValue={dayOf(new Date(Date.now() + MONTH - 86_400_000).toISOString())}
        />
        <label htmlFor={`${id}-purpose`}>{t("requests.purpose")}</label>
        <input id={`${id}-purpose`} name="purpose" required />
        <label htmlFor={`${id}-justification`}>{t("request.justification")}</label>
        <textarea id={`${id}-justification`} name="justification" required rows={4} />
        <label htmlFor={`${id}-legalBasis`}>{t("request.legalBasis")}</label>
        <input id={`${id}-legalBasis`} name="legalBasis" />
        <label htmlFor={`${id}-ticket`}>{t("request.ticket")}</label>
        <input id={`${id}-ticket`} name="ticket" />
        <p className={styles.refusal} role="alert">
          {refusal}
        </p>
        <div className={styles.ways}>
          <Button type="submit" kind="primary" disabled={busy}>
            {busy ? t("request.form.sending") : t("request.form.send")}
          </Button>
        </div>
      </form>
    </Page>
  );
}
