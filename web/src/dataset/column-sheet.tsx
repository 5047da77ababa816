import { useRef } from "react";
import { ColumnStateMark } from "../access/column-state";
import { Reasons } from "../access/reasons";
import type { Column } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Sheet } from "../ui/sheet";
import { Tags } from "./dataset-page";
import styles from "./dataset.module.css";

/** All about one column: what it is, what it is to the reader, and why. */
export function ColumnSheet({ column, onClose }: { column: Column | undefined; onClose(): void }) {
  const { t } = useWords();
  // While the sheet slides away it still shows what it showed.
  const last = useRef(column);
  if (column !== undefined) last.current = column;
  const shown = column ?? last.current;
  return (
    <Sheet open={column !== undefined} onClose={onClose} title={<span className="mono">{shown?.name}</span>}>
      {shown !== undefined && (
        <div className={styles.sheet}>
          <p className="mono soft">
            {shown.type}
            {!shown.nullable && ` · ${t("schema.required")}`}
          </p>
          {shown.doc !== null && <p>{shown.doc}</p>}
          {Object.keys(shown.tags).length > 0 && (
            <p className={styles.tags}>
              <Tags tags={shown.tags} />
            </p>
          )}
          <h3>{t("schema.toYou")}</h3>
          <p>
            <ColumnStateMark access={shown.access} />
          </p>
          <p className="soft">{t(`column.${shown.access.state}.what`)}</p>
          {shown.access.where && (
            <>
              <h3>{t("column.where")}</h3>
              <pre className={styles.predicate}>{shown.access.where}</pre>
            </>
          )}
          <h3>{t("band.why")}</h3>
          <Reasons because={shown.access.because} />
        </div>
      )}
    </Sheet>
  );
}
