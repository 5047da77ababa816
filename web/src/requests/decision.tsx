import { useId, useState } from "react";
import type { AccessRequest, ScopeItem } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { useAct } from "./act";
import forms from "../ui/form.module.css";
import styles from "./requests.module.css";
import { Effective } from "./timeline";
import { dayOf, granteeName, startOf } from "./words";

/** The approver's form: all of it, less of it, or none. */
export function Decision({ request }: { request: AccessRequest }) {
  const { t } = useWords();
  const id = useId();
  const { act, busy, refusal, refuse } = useAct(request);
  const [left, setLeft] = useState<Record<string, string[]>>(() =>
    Object.fromEntries(request.items.map((item) => [item.dataset, item.columns.filter((name) => name !== "*")])),
  );
  const [conditions, setConditions] = useState<Record<string, string>>({});
  const [until, setUntil] = useState(dayOf(request.until));
  const [comment, setComment] = useState("");

  const narrower = request.items.flatMap((item) => {
    const columns = left[item.dataset] ?? [];
    const rows = (conditions[item.dataset] ?? "").trim();
    const fewer = item.columns.length > 0 && columns.join() !== item.columns.join();
    if (!fewer && rows === "") return [];
    return [{ dataset: item.dataset, ...(fewer ? { columns } : {}), ...(rows === "" ? {} : { rows }) }];
  });
  const earlier = until !== dayOf(request.until);
  const less = narrower.length > 0 || earlier;

  const decide = (verdict: "approve" | "reject" | "changes") => {
    if (verdict !== "approve" && comment.trim() === "") {
      refuse(t("request.reasonNeeded"));
      return;
    }
    void act("decision", {
      version: request.version,
      scopeHash: request.scopeHash,
      verdict,
      comment,
      ...(verdict === "approve" && less
        ? { narrow: { items: narrower, ...(earlier ? { until: startOf(until) } : {}) } }
        : {}),
    });
  };

  const tick = (item: ScopeItem, name: string, on: boolean) =>
    setLeft((before) => {
      const chosen = new Set(before[item.dataset]);
      if (on) chosen.add(name);
      else chosen.delete(name);
      return { ...before, [item.dataset]: choices(item).filter((each) => chosen.has(each)) };
    });

  return (
    <section className={styles.section} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t("request.decide")}</h2>
      <p className="soft">{t("request.decide.what")}</p>
      <Preview request={request} />
      <div className={forms.form}>
        {request.items.map((item) => (
          <fieldset key={item.dataset}>
            <legend className="mono">{item.dataset}</legend>
            {choices(item).map((name) => (
              <label key={name} className={forms.check}>
                <input
                  type="checkbox"
                  checked={left[item.dataset]?.includes(name) ?? false}
                  onChange={(event) => tick(item, name, event.currentTarget.checked)}
                />
                {name}
              </label>
            ))}
            {request.permission === "SELECT" && (
              <>
                <label htmlFor={`${id}-${item.dataset}`}>{t("request.condition")}</label>
                <input
                  id={`${id}-${item.dataset}`}
                  className="mono"
                  spellCheck={false}
                  value={conditions[item.dataset] ?? ""}
                  onChange={(event) => setConditions({ ...conditions, [item.dataset]: event.currentTarget.value })}
                />
              </>
            )}
          </fieldset>
        ))}
        <label htmlFor={`${id}-until`}>{t("request.end")}</label>
        <input
          id={`${id}-until`}
          type="date"
          value={until}
          max={dayOf(request.until)}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <label htmlFor={`${id}-comment`}>{t("request.comment")}</label>
        <textarea id={`${id}-comment`} rows={3} value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
        <div className={forms.ways}>
          <Button kind="primary" disabled={busy} onClick={() => decide("approve")}>
            {less ? t("request.approveNarrowed") : t("request.approve")}
          </Button>
          <Button disabled={busy} onClick={() => decide("changes")}>
            {t("request.changes")}
          </Button>
          <Button disabled={busy} onClick={() => decide("reject")}>
            {t("request.reject")}
          </Button>
        </div>
      </div>
    </section>
  );
}

/** What approving would come to, before it is done: with what else the grantee has, and for whom else it matters. */
function Preview({ request }: { request: AccessRequest }) {
  const { t } = useWords();
  const { preview } = request;
  if (preview == null)
    return (
      <p className={styles.preview} data-testid="preview">
        {t("request.preview.none")}
      </p>
    );
  return (
    <div className={styles.preview} data-testid="preview">
      <h3>{t("request.preview", { grantee: granteeName(request.grantee) })}</h3>
      <p className="soft small">
        {t("request.preview.what")} <Moment at={preview.at} exact />
      </p>
      <Effective datasets={preview.effective} />
      {preview.consequences.length > 0 && (
        <>
          <h4>{t("request.preview.consequences")}</h4>
          <ul data-testid="preview-consequences">
            {preview.consequences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** What an approver may leave in: what was asked for, or any column where the requester could name none. */
function choices(item: ScopeItem): string[] {
  return item.columns.includes("*") ? (item.available ?? []) : item.columns;
}
