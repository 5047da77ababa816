import type { ColumnAccess } from "../api/types";
import { Icon } from "../design/icons";
import { useWords } from "../i18n/i18n";
import styles from "./access.module.css";

/** What a column is to the reader: a drawing and a word, never a colour alone. */
export function ColumnStateMark({ access, words = true }: { access: ColumnAccess; words?: boolean }) {
  const { t } = useWords();
  const word =
    access.state === "masked" && access.mask
      ? t("column.maskedWith", { mask: access.mask })
      : t(`column.${access.state}`);
  return (
    <span className={styles.mark} data-state={access.state} title={word}>
      {access.state === "hidden" ? <Icon name="lock" size={14} /> : <span className={`${styles.swatch} ${styles[access.state]}`} />}
      {words ? <span>{word}</span> : <span className="hidden-visually">{word}</span>}
    </span>
  );
}
