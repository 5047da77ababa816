import { useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { Problem } from "../api/client";
import { editDataset } from "../api/queries";
import type { Column, Dataset } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";
import { WhyNot } from "../ui/states";
import styles from "./dataset.module.css";

const HOUR = 3_600;
const LONGEST = 4_000;

interface Props {
  dataset: Dataset;
  /** The column whose text is edited; without, the dataset's own. */
  column: Column | undefined;
  onClose(): void;
}

interface Words {
  description: string;
  owner: string;
  hours: string;
}

function wordsOf(dataset: Dataset, column: Column | undefined): Words {
  if (column !== undefined) return { description: column.doc ?? "", owner: "", hours: "" };
  const within = dataset.freshness?.withinSeconds;
  return {
    description: dataset.description ?? "",
    owner: dataset.owner ?? "",
    hours: within === undefined ? "" : String(Math.round((within / HOUR) * 100) / 100),
  };
}

/** Changes what is said about a dataset or one of its columns; what somebody else changed meanwhile is shown, not lost. */
export default function EditDialog({ dataset, column, onClose }: Props) {
  const { t } = useWords();
  const id = useId();
  const cache = useQueryClient();
  const there = wordsOf(dataset, column);
  const [begun] = useState(there);
  const [words, setWords] = useState(there);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>(null);
  const set = (part: keyof Words) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setWords((before) => ({ ...before, [part]: value }));
  };
  const save = async () => {
    const hours = words.hours.trim() === "" ? 0 : Number(words.hours);
    if (!Number.isFinite(hours) || hours < 0) {
      setRefusal(t("edit.hoursWrong"));
      return;
    }
    const change =
      column !== undefined
        ? { columns: { [column.name]: words.description } }
        : {
            ...(words.description === there.description ? {} : { description: words.description }),
            ...(words.owner === there.owner ? {} : { owner: words.owner }),
            ...(words.hours === there.hours ? {} : { freshWithinSeconds: Math.round(hours * HOUR) }),
          };
    setBusy(true);
    setRefusal(null);
    try {
      await editDataset(dataset, change);
      await cache.invalidateQueries();
      onClose();
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
      if (failure instanceof Problem && failure.status === 409) await cache.invalidateQueries();
    } finally {
      setBusy(false);
    }
  };
  const now = (part: keyof Words) =>
    there[part] !== begun[part] && (
      <p className={styles.about}>{t("edit.now", { text: there[part] === "" ? t("edit.nothing") : there[part] })}</p>
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={column === undefined ? t("edit.title", { name: dataset.name }) : t("edit.titleColumn", { name: column.name })}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" disabled={busy} onClick={() => void save()}>
            {t("edit.save")}
          </Button>
        </>
      }
    >
      <div className={forms.form}>
        {dataset.edits.declared && <p className={styles.warning}>{t("edit.declared")}</p>}
        <label htmlFor={`${id}-description`}>{t("edit.text")}</label>
        <textarea id={`${id}-description`} rows={4} maxLength={LONGEST} value={words.description} onChange={set("description")} />
        {now("description")}
        {column === undefined && (
          <>
            {dataset.edits.owner && (
              <>
                <label htmlFor={`${id}-owner`}>{t("edit.ownerIs")}</label>
                <input id={`${id}-owner`} value={words.owner} onChange={set("owner")} autoComplete="off" spellCheck={false} />
                {now("owner")}
              </>
            )}
            <label htmlFor={`${id}-hours`}>{t("edit.hours")}</label>
            <input id={`${id}-hours`} inputMode="decimal" value={words.hours} onChange={set("hours")} autoComplete="off" />
            {now("hours")}
          </>
        )}
        <p className={forms.note}>{t("edit.seen")}</p>
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </div>
    </Dialog>
  );
}
