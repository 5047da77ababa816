import { useQuery } from "@tanstack/react-query";
import { isLive, maintenance } from "../api/queries";
import type { Run, TableShape } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./pipelines.module.css";

/** What the maintenance of tables has gained, table by table. */
export function Gained({ run }: { run: Run }) {
  const { t, number, bytes } = useWords();
  const maintains = (run.stages ?? []).some((stage) => stage.kind === "maintain" && stage.startedAt !== null);
  const found = useQuery({ ...maintenance(run.id, isLive(run.state)), enabled: maintains });
  if (!maintains) return null;
  const change = (before: TableShape, after: TableShape, of: keyof TableShape, text: (value: number) => string) =>
    before[of] === after[of] ? text(after[of]) : `${text(before[of])} → ${text(after[of])}`;
  return (
    <section className={styles.logSection}>
      <h2>{t("gained.title")}</h2>
      {found.data === undefined ? (
        found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={3} />
        )
      ) : found.data.items.length === 0 ? (
        <p className="soft">{t("gained.none")}</p>
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("gained.title")}>
          <table className={tables.table} data-testid="gained">
            <thead>
              <tr>
                <th scope="col">{t("gained.table")}</th>
                <th scope="col" className={tables.right}>{t("gained.files")}</th>
                <th scope="col" className={tables.right}>{t("gained.size")}</th>
                <th scope="col" className={tables.right}>{t("gained.manifests")}</th>
                <th scope="col" className={tables.right}>{t("gained.snapshots")}</th>
                <th scope="col" className={tables.right}>{t("gained.removed")}</th>
                <th scope="col">{t("run.message")}</th>
              </tr>
            </thead>
            <tbody>
              {found.data.items.map((item) => (
                <tr key={`${item.stage} ${item.table}`}>
                  <th scope="row">{item.table}</th>
                  <td className={tables.right}>{change(item.before, item.after, "files", number)}</td>
                  <td className={tables.right}>{change(item.before, item.after, "bytes", bytes)}</td>
                  <td className={tables.right}>{change(item.before, item.after, "manifests", number)}</td>
                  <td className={tables.right}>{change(item.before, item.after, "snapshots", number)}</td>
                  <td className={tables.right}>
                    {item.removedFiles + item.orphanFiles === 0
                      ? "–"
                      : t("gained.gone", {
                          n: item.removedFiles + item.orphanFiles,
                          size: bytes(item.removedBytes + item.orphanBytes),
                        })}
                  </td>
                  <td className={tables.wrap}>
                    <span lang="en">{item.message}</span>
                    {item.snapshotsHeld > 0 && <span className="soft"> {t("gained.held", { n: item.snapshotsHeld })}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
