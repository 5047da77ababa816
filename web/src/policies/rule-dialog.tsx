import { type FormEvent, type ReactNode, useId } from "react";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";

interface Props {
  open: boolean;
  onClose(): void;
  title: string;
  /** Called with what the fields that have a name hold. */
  onReady(fields: FormData): void;
  /** Why it cannot be gone on. */
  refusal?: string;
  children: ReactNode;
}

/** Asks for a rule; it is not made before its consequences were looked at. */
export function RuleDialog({ open, onClose, title, onReady, refusal = "", children }: Props) {
  const { t } = useWords();
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onReady(new FormData(event.currentTarget));
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={id}>
            {t("policies.showConsequences")}
          </Button>
        </>
      }
    >
      <form id={id} className={forms.form} onSubmit={submit}>
        {children}
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </form>
    </Dialog>
  );
}
