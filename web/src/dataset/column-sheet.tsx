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
  return (
    <Sheet open={column !== undefined} onClose={onClose} title={<span className="mono">{column?.name}</span>}>
      {column !== undefined && (
        <div className={styles.sheet}>
          <p className="mono soft">
            {column.type}
            {!column.nullable && ` · ${t("schema.required")}`}
          </p>
          {column.doc !== null && <p>{column.doc}</p>}
          {Object.keys(column.tags).length > 0 && (
            <p className={styles.tags}>
              <Tags tags={column.tags} />
            </p>
          )}
          <h3>{t("schema.toYou")}</h3>
          <p>
            <ColumnStateMark access={column.access} />
          </p>
          <p className="soft">{t(`column.${column.access.state}.what`)}</p>
          {column.access.where && (
            <>
              <h3>{t("column.where")}</h3>
              <pre className={styles.predicate}>{column.access.where}</pre>
            </>
          )}
          <h3>{t("band.why")}</h3>
          <Reasons because={column.access.because} />
        </div>
      )}
    </Sheet>
  );
}
