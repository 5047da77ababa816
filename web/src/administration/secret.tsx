import { useEffect, useState } from "react";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { copyText } from "../ui/clipboard";
import { Dialog } from "../ui/dialog";
import styles from "./administration.module.css";

/** What was made and is shown this once: it is in this dialog and nowhere else in the browser. */
export interface Secret {
  title: string;
  parts: { name: string; text: string }[];
}

/** To be taken out of the page at once when it is closed: a dialog that fades away would still hold what it showed. */
export function SecretDialog({ secret, onClose }: { secret: Secret; onClose(): void }) {
  const { t } = useWords();
  return (
    <Dialog
      open
      onClose={onClose}
      title={secret.title}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t("secret.kept")}
        </Button>
      }
    >
      <p>{t("secret.once")}</p>
      <dl className={styles.secret} data-testid="secret">
        {secret.parts.map((part) => (
          <Part key={part.name} {...part} />
        ))}
      </dl>
    </Dialog>
  );
}

function Part({ name, text }: { name: string; text: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{text}</code>
        <Button icon={copied ? "check" : "copy"} aria-label={t("secret.copy", { name })} onClick={() => void copyText(text).then(() => setCopied(true))}>
          {t("action.copy")}
        </Button>
        <span role="status" className="hidden-visually">
          {copied ? t("secret.copied", { name }) : ""}
        </span>
      </dd>
    </div>
  );
}
