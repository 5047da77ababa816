import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { client } from "../api/client";
import { Moment, useWords } from "../i18n/i18n";
import { StateMark } from "../pipelines/state";
import { Button } from "../ui/button";
import { ActDialog, type Act } from "../ui/confirm";
import { Empty, Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./administration.module.css";
import { maintaining } from "./queries";

/** What keeps tables in shape: when it ran, what that gained, when it is due, and starting it now. */
export function MaintenanceSection() {
  const { t, number, bytes } = useWords();
  const cache = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const [done, setDone] = useState("");
  const found = useQuery(maintaining());
  const start = (pipeline: string) => {
    setDone("");
    setAct({
      title: t("maintenance.start.title", { pipeline }),
      verb: t("maintenance.start"),
      body: <p>{t("maintenance.start.what")}</p>,
      run: async () => {
        await client.post(`/pipelines/${encodeURIComponent(pipeline)}/runs`, {});
        await cache.invalidateQueries({ queryKey: ["administration", "maintenance"] });
        setDone(t("maintenance.started", { pipeline }));
      },
    });
  };
  return (
    <>
      <p className={`${styles.below} soft`}>{t("maintenance.what")}</p>
      <p className={styles.done} role="status">
        {done}
      </p>
      {found.data === undefined ? (
        found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={3} />
        )
      ) : found.data.items.length === 0 ? (
        <Empty title={t("maintenance.none")}>{t("maintenance.none.what")}</Empty>
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("administration.maintenance")}>
          <table className={tables.table} data-testid="maintenance">
            <thead>
              <tr>
                <th scope="col">{t("maintenance.pipeline")}</th>
                <th scope="col">{t("maintenance.last")}</th>
                <th scope="col">{t("maintenance.gained")}</th>
                <th scope="col">{t("maintenance.next")}</th>
                <th scope="col">{t("administration.acts")}</th>
              </tr>
            </thead>
            <tbody>
              {found.data.items.map(({ pipeline, stages, paused, nextDue, lastRun, gained }) => {
                const live = lastRun?.state === "RUNNING" || lastRun?.state === "QUEUED";
                return (
                  <tr key={pipeline}>
                    <th scope="row">
                      <Link to={`/pipelines?pipeline=${encodeURIComponent(pipeline)}`}>{pipeline}</Link>{" "}
                      <span className="soft">· {stages.join(", ")}</span>
                    </th>
                    <td>
                      {lastRun === null ? (
                        t("credential.unused")
                      ) : (
                        <>
                          <Link to={`/runs/${lastRun.id}`}>
                            <StateMark state={lastRun.state} />
                          </Link>{" "}
                          {lastRun.endedAt !== null && <Moment at={lastRun.endedAt} />}
                        </>
                      )}
                    </td>
                    <td className={tables.wrap}>
                      {gained === null ? (
                        "–"
                      ) : (
                        <>
                          {t("maintenance.gained.what", {
                            n: gained.tables,
                            before: number(gained.filesBefore),
                            after: number(gained.filesAfter),
                            removed: number(gained.removedFiles),
                            size: bytes(gained.removedBytes),
                          })}
                          {gained.problems > 0 && <div className={styles.over}>{t("maintenance.problems", { n: gained.problems })}</div>}
                        </>
                      )}
                    </td>
                    <td>{paused ? t("health.stream.paused") : nextDue === null ? t("maintenance.unplanned") : <Moment at={nextDue} exact />}</td>
                    <td>
                      <Button kind="quiet" disabled={live} aria-label={t("maintenance.start.one", { pipeline })} onClick={() => start(pipeline)}>
                        {t("maintenance.start")}
                      </Button>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <ActDialog act={act} onClose={() => setAct(null)} />
    </>
  );
}
