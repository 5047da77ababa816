import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useWords } from "../i18n/i18n";
import { Button } from "./button";
import { Dialog } from "./dialog";
import form from "./form.module.css";
import { WhyNot } from "./states";

/** What is said of something that is kept for oneself and others. */
export interface Kept {
  name: string;
  description: string;
  shared: boolean;
}

interface Props<T> {
  open: boolean;
  onClose(): void;
  title: string;
  /** What the name is of. */
  label: string;
  /** What sharing it tells. */
  sharing: string;
  before: Kept;
  keep(kept: Kept): Promise<T>;
  onKept(kept: T): void;
}

/** Asks for name, description and for whom something is kept. */
export function KeepDialog<T>({ open, onClose, title, label, sharing, before, keep, onKept }: Props<T>) {
  const { t } = useWords();
  const id = useId();
  const [name, setName] = useState(before.name);
  const [description, setDescription] = useState(before.description);
  const [shared, share] = useState(before.shared);
  const save = useMutation({
    mutationFn: () => keep({ name: name.trim(), description: description.trim(), shared }),
    onSuccess: onKept,
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
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
        <label htmlFor={`${id}-name`}>{label}</label>
        <input id={`${id}-name`} value={name} maxLength={128} required autoComplete="off" onChange={({ target }) => setName(target.value)} />
        <label htmlFor={`${id}-description`}>{t("charts.description")}</label>
        <textarea id={`${id}-description`} rows={2} value={description} maxLength={1024} onChange={({ target }) => setDescription(target.value)} />
        <label className={form.check}>
          <input type="checkbox" checked={shared} onChange={({ target }) => share(target.checked)} aria-describedby={`${id}-shared`} />
          {t("charts.share")}
        </label>
        <p className={form.note} id={`${id}-shared`}>
          {sharing}
        </p>
        <p className={form.refusal} role="alert">
          {save.isError && <WhyNot by={save.error} />}
        </p>
      </form>
    </Dialog>
  );
}
