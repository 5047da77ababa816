import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import form from "../ui/form.module.css";
import type { NamedQuery } from "./named";

interface Props {
  open: boolean;
  onClose(): void;
  onSaved(query: NamedQuery): void;
  sql: string;
  database: string | null;
  /** What it would be called. */
  usual?: string;
  /** The query that is changed; without it a new one is made. */
  before?: NamedQuery;
}

/** Name, description and for whom a text is kept, with what sharing it tells. */
export function SaveQuery({ open, onClose, onSaved, sql, database, usual = "", before }: Props) {
  const { t } = useWords();
  const cache = useQueryClient();
  const id = useId();
  const [name, setName] = useState(before?.name ?? usual);
  const [description, setDescription] = useState(before?.description ?? "");
  const [shared, share] = useState(before?.shared ?? false);
  const save = useMutation({
    mutationFn: () => {
      const draft = { name: name.trim(), description: description.trim(), database, sql, shared };
      return before === undefined
        ? client.post<NamedQuery>("/named-queries", draft)
        : client.put<NamedQuery>(`/named-queries/${encodeURIComponent(before.id)}`, draft);
    },
    onSuccess: (saved) => {
      cache.setQueryData(["named-queries", saved.id], saved);
      void cache.invalidateQueries({ queryKey: ["named-queries"], exact: true });
      onSaved(saved);
    },
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={before === undefined ? t("named.save") : t("named.change")}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={id} disabled={save.isPending || name.trim() === ""}>
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
        <label htmlFor={`${id}-name`}>{t("named.name")}</label>
        <input id={`${id}-name`} value={name} maxLength={128} required autoComplete="off" onChange={({ target }) => setName(target.value)} />
        <label htmlFor={`${id}-description`}>{t("charts.description")}</label>
        <textarea id={`${id}-description`} rows={2} value={description} maxLength={1024} onChange={({ target }) => setDescription(target.value)} />
        <label className={form.check}>
          <input type="checkbox" checked={shared} onChange={({ target }) => share(target.checked)} aria-describedby={`${id}-shared`} />
          {t("charts.share")}
        </label>
        <p className={form.note} id={`${id}-shared`}>
          {t("named.share.what")}
        </p>
        <p className={form.refusal} role="alert">
          {save.error?.message}
        </p>
      </form>
    </Dialog>
  );
}
