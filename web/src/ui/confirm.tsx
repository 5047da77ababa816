import { useEffect, useId, useState, type FormEvent, type ReactNode } from "react";
import { useWords } from "../i18n/i18n";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { WhyNot } from "./states";
import forms from "./form.module.css";

/** Something to do, with what is to be known or filled in before it is done. */
export interface Act {
  title: string;
  /** The word on the button that does it. */
  verb: string;
  body?: ReactNode;
  /** Gets what was filled in; a text is what is wrong with it. */
  run(data: FormData): Promise<string | void>;
}

/** Asks before something is done, keeps what was written if it is refused, and closes when it is done. */
export function ActDialog({ act, onClose }: { act: Act | null; onClose(): void }) {
  const { t } = useWords();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>("");
  useEffect(() => setRefusal(""), [act]);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (act === null || busy) return;
    setBusy(true);
    setRefusal("");
    try {
      const wrong = await act.run(new FormData(event.currentTarget));
      if (typeof wrong === "string") setRefusal(wrong);
      else onClose();
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open={act !== null}
      onClose={onClose}
      title={act?.title ?? ""}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={`${id}-form`} disabled={busy}>
            {act?.verb}
          </Button>
        </>
      }
    >
      <form id={`${id}-form`} className={forms.form} onSubmit={(event) => void submit(event)}>
        {act?.body}
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </form>
    </Dialog>
  );
}
