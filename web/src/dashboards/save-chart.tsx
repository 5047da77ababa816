import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { client } from "../api/client";
import type { ChartSpec } from "../charts/spec";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import form from "../ui/form.module.css";
import type { ChartDraft, SavedChart } from "./api";

interface Props {
  open: boolean;
  onClose(): void;
  onSaved(chart: SavedChart): void;
  sql: string;
  database: string | null;
  chart: ChartSpec;
  /** The chart that is changed; without it a new one is made. */
  before?: SavedChart;
}

/** Title, description and for whom a chart is saved, with what sharing it tells. */
export function SaveChart({ open, onClose, onSaved, sql, database, chart, before }: Props) {
  const { t } = useWords();
  const cache = useQueryClient();
  const id = useId();
  const [title, setTitle] = useState(before?.title ?? "");
  const [description, setDescription] = useState(before?.description ?? "");
  const [shared, share] = useState(before?.shared ?? false);
  const save = useMutation({
    mutationFn: () => {
      const draft: ChartDraft = { title: title.trim(), description: description.trim(), database, sql, chart, shared };
      return before === undefined
        ? client.post<SavedChart>("/charts", draft)
        : client.put<SavedChart>(`/charts/${encodeURIComponent(before.id)}`, draft);
    },
    onSuccess: (saved) => {
      void cache.invalidateQueries({ queryKey: ["charts"] });
      onSaved(saved);
    },
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={before === undefined ? t("charts.save") : t("charts.change")}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={id} disabled={save.isPending || title.trim() === ""}>
            {t("charts.keep")}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <label htmlFor={`${id}-title`}>{t("charts.title")}</label>
        <input id={`${id}-title`} value={title} maxLength={128} required onChange={({ target }) => setTitle(target.value)} />
        <label htmlFor={`${id}-description`}>{t("charts.description")}</label>
        <textarea id={`${id}-description`} rows={2} value={description} maxLength={1024} onChange={({ target }) => setDescription(target.value)} />
        <label className={form.check}>
          <input type="checkbox" checked={shared} onChange={({ target }) => share(target.checked)} aria-describedby={`${id}-shared`} />
          {t("charts.share")}
        </label>
        <p className={form.note} id={`${id}-shared`}>
          {t("charts.share.what")}
        </p>
        <p className={form.refusal} role="alert">
          {save.error?.message}
        </p>
      </form>
    </Dialog>
  );
}
