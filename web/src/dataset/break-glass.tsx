import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { client } from "../api/client";
import { Moment, useWords } from "../i18n/i18n";
import { glasses } from "../policies/queries";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";
import { WhyNot } from "../ui/states";
import styles from "./dataset.module.css";

const lengths = [15, 30, 60, 120, 240];

/** A way in for an emergency: short, with a reason, and looked at afterwards. */
export function BreakGlass({ table, may }: { table: string; may: boolean }) {
  const { t } = useWords();
  const { session } = useSession();
  const [open, setOpen] = useState(false);
  const found = useQuery(glasses());
  const now = Date.now();
  const held = found.data?.items.find(
    (glass) => glass.user === session.user && glass.table === table && Date.parse(glass.until) > now,
  );
  if (!may && held === undefined) return null;
  return (
    <section>
      <h2>{t("glass.title")}</h2>
      {held === undefined ? (
        <p>{t("glass.offer")}</p>
      ) : (
        <p role="status" data-testid="glass-held">
          {t("glass.held")} <Moment at={held.until} exact />. {t("glass.heldWhat")}
        </p>
      )}
      {may && (
        <div>
          <Button icon="lock" onClick={() => setOpen(true)}>
            {t("glass.break")}
          </Button>
        </div>
      )}
      <Form key={String(open)} table={table} open={open} onClose={() => setOpen(false)} />
    </section>
  );
}

function Form({ table, open, onClose }: { table: string; open: boolean; onClose(): void }) {
  const { t, duration } = useWords();
  const id = useId();
  const cache = useQueryClient();
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState(60);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>(null);
  const submit = async () => {
    if (reason.trim().length < 10) {
      setRefusal(t("glass.reasonNeeded"));
      return;
    }
    setBusy(true);
    setRefusal(null);
    try {
      await client.post("/break-glass", { table, reason: reason.trim(), minutes });
      await cache.invalidateQueries();
      onClose();
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("glass.dialog", { table })}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" disabled={busy} onClick={() => void submit()}>
            {t("glass.doIt")}
          </Button>
        </>
      }
    >
      <div className={forms.form}>
        <p className={styles.warning}>{t("glass.warning")}</p>
        <label htmlFor={`${id}-reason`}>{t("glass.reason")}</label>
        <textarea
          id={`${id}-reason`}
          rows={3}
          maxLength={2000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <label htmlFor={`${id}-minutes`}>{t("glass.for")}</label>
        <select id={`${id}-minutes`} value={minutes} onChange={(event) => setMinutes(Number(event.currentTarget.value))}>
          {lengths.map((each) => (
            <option key={each} value={each}>
              {duration(each * 60_000)}
            </option>
          ))}
        </select>
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </div>
    </Dialog>
  );
}
