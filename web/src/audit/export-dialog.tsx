import { useId, useRef, useState, type ReactNode } from "react";
import { client, Problem } from "../api/client";
import type { AuditSearch } from "../api/queries";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";
import { saveFile } from "../ui/save-file";
import { WhyNot } from "../ui/states";

interface Props {
  open: boolean;
  search: AuditSearch;
  onClose(): void;
}

/** Takes the records that fit the conditions away as a signed ZIP, and says how far that is. */
export function ExportDialog({ open, search, onClose }: Props) {
  const { t, bytes } = useWords();
  const id = useId();
  const [format, setFormat] = useState("jsonl");
  const [received, setReceived] = useState<number | null>(null);
  const [message, setMessage] = useState("");
  const [refusal, setRefusal] = useState<ReactNode>("");
  const running = useRef<AbortController | null>(null);
  const conditions = Object.entries(search).filter(([, value]) => value !== undefined);

  const stop = () => {
    running.current?.abort();
    running.current = null;
    setReceived(null);
  };
  const close = () => {
    stop();
    setMessage("");
    setRefusal("");
    onClose();
  };
  const start = async () => {
    const control = new AbortController();
    running.current = control;
    setMessage("");
    setRefusal("");
    setReceived(0);
    try {
      const { name, content } = await client.download("/audit/export", { ...search, format }, setReceived, control.signal);
      saveFile(name, content);
      setMessage(t("audit.export.done", { name, size: bytes(content.size) }));
    } catch (failure) {
      if (!control.signal.aborted) {
        setRefusal(failure instanceof Problem ? <WhyNot by={failure} /> : t("audit.export.broken"));
      }
    } finally {
      if (running.current === control) stop();
    }
  };

  return (
    <Dialog
      open={open}
      onClose={close}
      title={t("audit.export")}
      actions={
        received === null ? (
          <>
            <Button onClick={close}>{t("action.close")}</Button>
            <Button kind="primary" icon="download" onClick={() => void start()}>
              {t("audit.export.start")}
            </Button>
          </>
        ) : (
          <Button onClick={stop}>{t("query.cancel")}</Button>
        )
      }
    >
      <div className={forms.form}>
        <p>{t("audit.export.what")}</p>
        <p className="soft">
          {conditions.length === 0
            ? t("audit.export.all")
            : t("audit.export.conditions", { conditions: conditions.map(([name, value]) => `${name} ${value}`).join(", ") })}
        </p>
        <label htmlFor={`${id}-format`}>{t("audit.export.format")}</label>
        <select
          id={`${id}-format`}
          value={format}
          disabled={received !== null}
          onChange={(event) => setFormat(event.currentTarget.value)}
        >
          <option value="jsonl">JSON lines</option>
          <option value="parquet">Parquet</option>
        </select>
        {received !== null && (
          <p role="status">
            <progress aria-label={t("audit.export")} /> {t("audit.export.received", { size: bytes(received) })}
          </p>
        )}
        <p role="status" data-testid="exported">
          {message}
        </p>
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </div>
    </Dialog>
  );
}
