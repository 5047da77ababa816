import { useId, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { AccessRequest } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { useAct } from "./act";
import forms from "../ui/form.module.css";
import styles from "./requests.module.css";
import { dayOf, startOf } from "./words";

/** What else this person may do with a request: say something, take it back, end it, ask to keep it. */
export function Acts({ request }: { request: AccessRequest }) {
  const { t } = useWords();
  const id = useId();
  const navigate = useNavigate();
  const { act, busy, refusal, refuse } = useAct(request);
  const [text, setText] = useState("");
  const [until, setUntil] = useState(dayOf(new Date(Date.parse(request.until) + 20 * 86_400_000).toISOString()));
  const may = (action: string) => request.actions.includes(action);
  if (!["comment", "withdraw", "revoke", "extend", "edit"].some(may)) return null;

  const withReason = (what: string, body: (reason: string) => Record<string, unknown>) => async () => {
    const reason = text.trim();
    if (reason === "") {
      refuse(t("request.reasonNeeded"));
      return;
    }
    const after = await act(what, body(reason));
    if (after === null) return;
    setText("");
    if (after.id !== request.id) await navigate(`/requests/${encodeURIComponent(after.id)}`);
  };
  const { version } = request;

  return (
    <section className={styles.section}>
      <h2>{t("request.yours")}</h2>
      <div className={forms.form}>
        <label htmlFor={`${id}-text`}>{t("request.comment")}</label>
        <textarea id={`${id}-text`} rows={2} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        {may("extend") && (
          <>
            <label htmlFor={`${id}-until`}>{t("request.extend")}</label>
            <input id={`${id}-until`} type="date" value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
          </>
        )}
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
        <div className={forms.ways}>
          {may("edit") && (
            <Link className={buttons.button} to={`/requests/${encodeURIComponent(request.id)}/edit`}>
              {t("request.edit")}
            </Link>
          )}
          {may("comment") && (
            <Button disabled={busy} onClick={() => void withReason("comments", (reason) => ({ text: reason }))()}>
              {t("request.say")}
            </Button>
          )}
          {may("extend") && (
            <Button
              disabled={busy}
              onClick={() =>
                void withReason("extend", (reason) => ({ until: startOf(until), justification: reason }))()
              }
            >
              {t("request.extend.send")}
            </Button>
          )}
          {may("withdraw") && (
            <Button disabled={busy} onClick={() => void act("withdraw", { version })}>
              {t("request.withdraw")}
            </Button>
          )}
          {may("revoke") && (
            <Button disabled={busy} onClick={() => void withReason("revoke", (reason) => ({ version, reason }))()}>
              {t("request.revoke")}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
