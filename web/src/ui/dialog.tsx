import { Dialog as Base } from "@base-ui/react/dialog";
import { useRef, type ReactNode } from "react";
import { useWords } from "../i18n/i18n";
import { IconButton } from "./button";
import styles from "./dialog.module.css";

interface Props {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  children: ReactNode;
  /** What can be done, the way out first. */
  actions?: ReactNode;
  wide?: boolean;
}

/** A question in front of the page: closes with Escape, gives the focus back. */
export function Dialog({ open, onClose, title, children, actions, wide = false }: Props) {
  const { t } = useWords();
  // While it goes away it still shows what it showed.
  const shown = useRef({ title, children, actions });
  if (open) shown.current = { title, children, actions };
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={`${styles.dialog} ${wide ? styles.wide : ""}`}>
          <header className={styles.head}>
            <Base.Title className={styles.title}>{shown.current.title}</Base.Title>
            <Base.Close render={<IconButton icon="close" label={t("action.close")} />} />
          </header>
          <div className={styles.body}>{shown.current.children}</div>
          {shown.current.actions !== undefined && <footer className={styles.foot}>{shown.current.actions}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
