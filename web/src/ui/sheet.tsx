import { Dialog } from "@base-ui/react/dialog";
import { useRef, type ReactNode } from "react";
import { useWords } from "../i18n/i18n";
import { IconButton } from "./button";
import styles from "./sheet.module.css";

interface Props {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  children: ReactNode;
}

/** A page beside the page: comes from the side, closes with Escape, gives the focus back. */
export function Sheet({ open, onClose, title, children }: Props) {
  const { t } = useWords();
  // While it slides away it still shows what it showed.
  const shown = useRef({ title, children });
  if (open) shown.current = { title, children };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.sheet}>
          <header className={styles.head}>
            <Dialog.Title className={styles.title}>{shown.current.title}</Dialog.Title>
            <Dialog.Close render={<IconButton icon="close" label={t("action.close")} />} />
          </header>
          <div className={styles.body}>{shown.current.children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
