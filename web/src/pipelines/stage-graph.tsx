import { Link, useSearchParams } from "react-router";
import { isLive } from "../api/queries";
import type { Stage } from "../api/types";
import { useWords } from "../i18n/i18n";
import { LayerGraph } from "../ui/layer-graph";
import graph from "../ui/layer-graph.module.css";
import styles from "./pipelines.module.css";
import { StateMark, Took } from "./state";

/**
 * The stages of a run as they follow each other, from left to right or, where there is little room, downwards. Each leads to itself, on
 * this page or that of the path.
 */
export function StageGraph({ stages, chosen, path }: { stages: Stage[]; chosen: string | undefined; path?: string }) {
  const { t } = useWords();
  const [parameters] = useSearchParams();
  const to = (name: string) => {
    const next = new URLSearchParams(parameters);
    if (name === chosen) next.delete("stage");
    else next.set("stage", name);
    return path === undefined ? { search: next.toString() } : { pathname: path, search: `?stage=${encodeURIComponent(name)}` };
  };
  if (stages.length === 0) return null;
  return (
    <LayerGraph things={stages.map((stage) => ({ ...stage, needs: stage.needs ?? [] }))} label={t("run.graph")} tight>
      {(stage) => (
        <Link
          className={`${graph.node} ${styles.node}`}
          to={to(stage.name)}
          replace={path === undefined}
          preventScrollReset={path === undefined}
          aria-current={stage.name === chosen ? "true" : undefined}
          data-state={stage.state.toLowerCase()}
        >
          <span className={graph.name} title={stage.name}>
            {stage.name}
          </span>
          <span className={graph.facts}>
            <StateMark state={stage.state} />
            <span className="soft">
              {stage.startedAt === null ? stage.kind : <Took startedAt={stage.startedAt} endedAt={stage.endedAt} />}
            </span>
          </span>
          {stage.needs.length > 0 && <span className="hidden-visually">{t("run.after", { stages: stage.needs.join(", ") })}</span>}
          {isLive(stage.state) && stage.startedAt !== null && (
            <progress className={styles.nodeProgress} value={stage.progress ?? 0} max={1} aria-label={stage.name} />
          )}
        </Link>
      )}
    </LayerGraph>
  );
}
