import { lazy, Suspense, useState } from "react";
import { ColumnStateMark } from "../access/column-state";
import { Reasons } from "../access/reasons";
import type { Column, Dataset } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Sheet } from "../ui/sheet";
import { Tags } from "./dataset-page";
import styles from "./dataset.module.css";

const EditDialog = lazy(() => import("./edit-dialog"));

/** All about one column: what it is, what it is to the reader, and why. */
export function ColumnSheet({ dataset, column, onClose }: { dataset: Dataset; column: Column | undefined; onClose(): void }) {
  const { t } = useWords();
  const [editing, setEditing] = useState(false);
  return (
    <Sheet open={column !== undefined} onClose={onClose} title={<span className="mono">{column?.name}</span>}>
      {column !== undefined && (
        <div className={styles.sheet}>
          <p className="mono soft">
            {column.type}
            {!column.nullable && ` · ${t("schema.required")}`}
          </p>
          {column.doc !== null && <p className={styles.text}>{column.doc}</p>}
          {dataset.edits.words && (
            <div>
              <Button onClick={() => setEditing(true)}>{t("edit.do")}</Button>
              {editing && (
                <Suspense>
                  <EditDialog dataset={dataset} column={column} onClose={() => setEditing(false)} />
                </Suspense>
              )}
            </div>
          )}
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
