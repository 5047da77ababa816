import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deliveries } from "../api/queries";
import type { Delivery, DeliveryState, PipelineItem } from "../api/types";
import { Link } from "react-router";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import forms from "../ui/form.module.css";
import { Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import { useAct } from "./act";
import styles from "./pipelines.module.css";
import { StateMark } from "./state";

const states: DeliveryState[] = ["REFUSED", "LANDED", "DUPLICATE", "RECEIVED"];

/** What became of the files that were delivered to a pipeline; nothing for one to which none are. */
export function Deliveries({ pipeline }: { pipeline: PipelineItem }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const [state, setState] = useState<DeliveryState | "">("");
  const found = useInfiniteQuery({ ...deliveries(pipeline.name, state), enabled: open });
  const act = useAct();
  if (!pipeline.stages.some((stage) => stage.files === true)) return null;
  const items = found.data?.pages.flatMap((page) => page.items);
  const stages = pipeline.stages.filter((stage) => stage.files === true).length;
  return (
    <details className={styles.backfills} open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)} data-testid="deliveries">
      <summary>{t("deliveries.title")}</summary>
      <p className="soft">{t("deliveries.what")}</p>
      <div className={forms.line}>
        <label>
          {t("deliveries.state")}
          <select value={state} onChange={(event) => setState(event.target.value as DeliveryState | "")}>
            <option value="">{t("deliveries.all")}</option>
            {states.map((one) => (
              <option key={one} value={one}>
                {t(`deliveries.${one}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p className={forms.refusal} role="alert">
        {act.refusal}
      </p>
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {items === undefined ? (
        open && !found.isError && <Waiting rows={3} />
      ) : items.length === 0 ? (
        <p>{t(state === "" ? "deliveries.none" : "deliveries.noneSo")}</p>
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("deliveries.title")}>
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t("deliveries.file")}</th>
                <th scope="col">{t("deliveries.state")}</th>
                <th scope="col" className={tables.right}>{t("deliveries.rowsLanded")}</th>
                <th scope="col" className={tables.right}>{t("deliveries.rowsAside")}</th>
                <th scope="col" className={tables.right}>{t("deliveries.size")}</th>
                <th scope="col">{t("deliveries.received")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <File key={`${one.stage} ${one.sha256}`} pipeline={pipeline.name} one={one} stage={stages > 1 ? one.stage : undefined} act={act} />
              ))}
            </tbody>
          </table>
          {found.hasNextPage && (
            <Button onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
              {t("action.more")}
            </Button>
          )}
        </div>
      )}
    </details>
  );
}

interface FileProps {
  pipeline: string;
  one: Delivery;
  /** Which stage it came to, where there are several. */
  stage: string | undefined;
  act: ReturnType<typeof useAct>;
}

function File({ pipeline, one, stage, act }: FileProps) {
  const { t, number, bytes } = useWords();
  const path = `/pipelines/${encodeURIComponent(pipeline)}/deliveries/${encodeURIComponent(one.stage)}/${one.sha256}`;
  const refused = one.state === "REFUSED";
  const rows = (count: number) => (one.state === "LANDED" ? number(count) : "–");
  return (
    <tr>
      <th scope="row" className={tables.wrap}>
        <span className="mono">{one.name}</span> {stage !== undefined && <span className="soft small">{stage}</span>}
        {one.message !== null && one.state !== "LANDED" && (
          <p className="soft small" lang={one.messageLanguage}>
            {one.message}
          </p>
        )}
        {refused && one.archive === null && (
          <div className={forms.ways}>
            {one.dismissedBy === null && (
              <Button disabled={act.busy} aria-label={t("deliveries.dismiss.one", { file: one.name })} onClick={() => act.act(`${path}/dismiss`)}>
                {t("deliveries.dismiss")}
              </Button>
            )}
            <Button disabled={act.busy} aria-label={t("deliveries.retry.one", { file: one.name })} onClick={() => act.act(`${path}/retry`)}>
              {t("deliveries.retry")}
            </Button>
          </div>
        )}
      </th>
      <td>
        <Link to={`/runs/${encodeURIComponent(one.run)}`}>
          <StateMark state={one.dismissedBy === null ? one.state : "dismissed"} />
        </Link>
        {one.dismissedBy !== null && <p className="soft small">{t("deliveries.dismissedBy", { who: one.dismissedBy })}</p>}
      </td>
      <td className={tables.right}>{rows(one.rowsLanded)}</td>
      <td className={tables.right}>{rows(one.rowsQuarantined)}</td>
      <td className={tables.right}>{bytes(one.bytes)}</td>
      <td>
        <Moment at={one.receivedAt} exact />
      </td>
    </tr>
  );
}
