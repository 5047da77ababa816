import { useQuery } from "@tanstack/react-query";
import { backlog } from "../api/queries";
import type { PipelineItem, StreamBacklog } from "../api/types";
import { useWords } from "../i18n/i18n";
import type { MessageKey } from "../i18n/translate";
import styles from "./pipelines.module.css";

const why: Record<string, MessageKey> = {
  NOT_TOLD: "backlog.NOT_TOLD",
  NO_ANSWER: "backlog.NO_ANSWER",
  REFUSED: "backlog.REFUSED",
};

/** How many messages wait for the streams of a pipeline; nothing if it has none, or while nobody has answered. */
export function Backlog({ pipeline }: { pipeline: PipelineItem }) {
  const streams = pipeline.stages.filter((stage) => stage.stream != null).length;
  const { data } = useQuery({ ...backlog(pipeline.name), enabled: streams > 0 });
  if (streams === 0) return null;
  return (
    <ul className={styles.backlog} data-testid="backlog">
      {data?.items.map((one) => (
        <li key={one.stage} data-waits={(one.waiting ?? 0) > 0 || undefined}>
          {streams > 1 && <span className="mono">{one.stage}: </span>}
          <Waits one={one} />
        </li>
      ))}
    </ul>
  );
}

function Waits({ one }: { one: StreamBacklog }) {
  const { t, number } = useWords();
  if (one.waiting !== null) {
    return <>{one.waiting === 0 ? t("backlog.none") : t("backlog.waits", { n: one.waiting, messages: number(one.waiting) })}</>;
  }
  const reason = why[one.unknown ?? ""];
  return <>{reason === undefined ? t("backlog.unknown") : t(reason)}</>;
}
