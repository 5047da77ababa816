import { useId, useState, type FormEvent, type ReactNode } from "react";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import forms from "../ui/form.module.css";
import { words } from "./address";
import { startOf } from "./words";
import { WhyNot } from "../ui/states";

/** What a request says before somebody changes it. */
export interface RequestDraft {
  permission: string;
  items: { dataset: string; columns: string[]; rows?: string | null }[];
  /** A day. */
  until: string;
  purpose?: string;
  justification?: string;
  legalBasis?: string;
  ticket?: string;
}

interface Props {
  draft: RequestDraft;
  submitLabel: string;
  /** Sends it; what it throws is shown. */
  onSend(body: Record<string, unknown>): Promise<void>;
}

/** The form of a request, new or written anew. */
export function RequestForm({ draft, submitLabel, onSend }: Props) {
  const { t } = useWords();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>(null);
  const { permission } = draft;
  const shown = draft.items.length === 0 ? [{ dataset: "", columns: [] }] : draft.items;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "").trim();
    setBusy(true);
    setRefusal(null);
    try {
      await onSend({
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
    } catch (failure) {
      setBusy(false);
      setRefusal(<WhyNot by={failure} />);
    }
  };

  return (
    <form className={forms.form} onSubmit={(event) => void submit(event)}>
      {shown.map((item, index) => (
        <fieldset key={index}>
          <legend className="mono">{permission}</legend>
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
                defaultValue={item.columns.filter((name) => name !== "*").join(", ")}
                spellCheck={false}
              />
              <label htmlFor={`${id}-rows-${index}`}>{t("request.form.rows")}</label>
              <input
                id={`${id}-rows-${index}`}
                name={`rows-${index}`}
                className="mono"
                defaultValue={item.rows ?? ""}
                placeholder={t("request.form.rowsHint")}
                spellCheck={false}
              />
            </>
          )}
        </fieldset>
      ))}
      <label htmlFor={`${id}-until`}>{t("requests.until")}</label>
      <input id={`${id}-until`} name="until" type="date" required defaultValue={draft.until} />
      <label htmlFor={`${id}-purpose`}>{t("requests.purpose")}</label>
      <input id={`${id}-purpose`} name="purpose" required defaultValue={draft.purpose} />
      <label htmlFor={`${id}-justification`}>{t("request.justification")}</label>
      <textarea id={`${id}-justification`} name="justification" required rows={4} defaultValue={draft.justification} />
      <label htmlFor={`${id}-legalBasis`}>{t("request.legalBasis")}</label>
      <input id={`${id}-legalBasis`} name="legalBasis" defaultValue={draft.legalBasis} />
      <label htmlFor={`${id}-ticket`}>{t("request.ticket")}</label>
      <input id={`${id}-ticket`} name="ticket" defaultValue={draft.ticket} />
      <p className={forms.refusal} role="alert">
        {refusal}
      </p>
      <div className={forms.ways}>
        <Button type="submit" kind="primary" disabled={busy}>
          {busy ? t("request.form.sending") : submitLabel}
        </Button>
      </div>
    </form>
  );
}
