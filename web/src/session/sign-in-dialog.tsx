import { Dialog } from "@base-ui/react/dialog";
import type { Session } from "../api/types";
import { useWords } from "../i18n/i18n";
import { SignInForm } from "./sign-in-form";
import styles from "./session.module.css";

interface Props {
  open: boolean;
  user: string;
  onSignedIn(session: Session): void;
}

/** Asks again when a session has ended, in front of the page one was on. */
export function SignInDialog({ open, user, onSignedIn }: Props) {
  const { t } = useWords();
  return (
    <Dialog.Root open={open} disablePointerDismissal>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.dialog}>
          <Dialog.Title className={styles.dialogTitle}>{t("signin.ended")}</Dialog.Title>
          <Dialog.Description className="soft">{t("signin.ended.what")}</Dialog.Description>
          <SignInForm user={user} onSignedIn={onSignedIn} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
