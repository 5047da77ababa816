import { useQuery } from "@tanstack/react-query";
import { Problem } from "../api/client";
import { sample } from "../api/queries";
import type { Dataset } from "../api/types";
import { Grid } from "../grid/grid";
import { useWords } from "../i18n/i18n";
import { Empty, Failure, NotForYou, Waiting } from "../ui/states";
import styles from "./dataset.module.css";

/** A few rows, filtered and masked like every other way to the data. */
export function SampleTab({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const allowed = dataset.access.select;
  const found = useQuery({ ...sample(dataset.database, dataset.name), enabled: allowed });
  const refused = found.error instanceof Problem && found.error.status === 403;

  if (!allowed || refused) return <NotForYou title={t("sample.none")}>{t("sample.none.what")}</NotForYou>;
  if (found.data === undefined) {
    return found.isError ? (
      <Failure error={found.error} onRetry={() => void found.refetch()} />
    ) : (
      <Waiting rows={12} />
    );
  }
  if (found.data.rows.length === 0) return <Empty title={t("sample.empty")}>{t("sample.empty.what")}</Empty>;
  return (
    <>
      <p className={`soft ${styles.note}`}>{t("sample.note", { n: found.data.rows.length })}</p>
      <div className={styles.grid}>
        <Grid label={t("dataset.tab.sample")} columns={found.data.columns} rows={found.data.rows} />
      </div>
    </>
  );
}
