import { useId, useRef, useState, type ReactNode } from "react";
import { AccessBand } from "../access/access-band";
import { shownOfDataset } from "../access/band";
import { client } from "../api/client";
import { isOver, pollAfter } from "../api/queries";
import type { Dataset, Execution } from "../api/types";
import { useWords } from "../i18n/i18n";
import { qualifiedName } from "../query/names";
import { resultFile, type FileFormat } from "../query/result-file";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { WhyNot } from "../ui/states";
import forms from "../ui/form.module.css";

/** Takes what this person may see of a dataset away as a file: an ordinary query of theirs, and its result. */
export default function ExportDialog({ dataset, onClose }: { dataset: Dataset; onClose(): void }) {
  const { t, number } = useWords();
  const id = useId();
  const [format, setFormat] = useState<FileFormat>("csv");
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Execution | null>(null);
  const [refusal, setRefusal] = useState<ReactNode>("");
  const running = useRef<{ id: string | null; over: boolean } | null>(null);

  const stop = () => {
    const query = running.current;
    running.current = null;
    setBusy(false);
    if (query === null) return;
    query.over = true;
    if (query.id !== null) client.delete(`/queries/${encodeURIComponent(query.id)}`).catch(() => {});
  };
  const start = async () => {
    const query = { id: null as string | null, over: false };
    running.current = query;
    setBusy(true);
    setDone(null);
    setRefusal("");
    try {
      const sql = `SELECT * FROM ${qualifiedName(dataset.database, dataset.name)}`;
      const started = await client.post<{ id: string }>("/queries", { sql });
      query.id = started.id;
      const begun = Date.now();
      let execution = await client.get<Execution>(`/queries/${encodeURIComponent(started.id)}`);
      while (!isOver(execution.state) && !query.over) {
        await new Promise((resolve) => setTimeout(resolve, pollAfter(Date.now() - begun)));
        execution = await client.get<Execution>(`/queries/${encodeURIComponent(started.id)}`);
      }
      if (query.over) return;
      if (execution.state !== "SUCCEEDED") {
        setRefusal(<span lang={execution.error?.messageLanguage}>{execution.error?.message ?? t("export.broken")}</span>);
        return;
      }
      setDone(execution);
      const link = document.createElement("a");
      link.href = resultFile(execution.id, format);
      link.download = "";
      link.click();
    } catch (failure) {
      if (!query.over) setRefusal(<WhyNot by={failure} />);
    } finally {
      if (running.current === query) {
        running.current = null;
        setBusy(false);
      }
    }
  };

  return (
    <Dialog
      open
      onClose={() => {
        stop();
        onClose();
      }}
      title={t("export.title", { name: dataset.name })}
      actions={
        busy ? (
          <Button onClick={stop}>{t("query.cancel")}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("action.close")}</Button>
            <Button kind="primary" icon="download" onClick={() => void start()}>
              {t("export.start")}
            </Button>
          </>
        )
      }
    >
      <div className={forms.form}>
        <p>{t("export.what")}</p>
        <AccessBand shown={shownOfDataset(dataset)} because={dataset.access.because} />
        <label htmlFor={`${id}-format`}>{t("audit.export.format")}</label>
        <select
          id={`${id}-format`}
          value={format}
          disabled={busy}
          onChange={(event) => setFormat(event.currentTarget.value as FileFormat)}
        >
          <option value="csv">{t("export.csv")}</option>
          <option value="parquet">{t("export.parquet")}</option>
          <option value="arrow">{t("export.arrow")}</option>
        </select>
        {busy && (
          <p role="status">
            <progress aria-label={t("export.start")} /> {t("export.running")}
          </p>
        )}
        {done !== null && (
          <p role="status" data-testid="exported">
            {t("export.done", { n: number(done.statistics?.rows ?? 0) })}
          </p>
        )}
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </div>
    </Dialog>
  );
}
