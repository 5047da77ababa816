import { useSyncExternalStore } from "react";
import { Link, useSearchParams } from "react-router";
import { isLive } from "../api/queries";
import type { Stage } from "../api/types";
import { useWords } from "../i18n/i18n";
import { draw, type Placed } from "./graph";
import styles from "./pipelines.module.css";
import { StateMark, Took } from "./state";

const narrow = window.matchMedia("(max-width: 700px)");

function useNarrow() {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener("change", changed);
      return () => narrow.removeEventListener("change", changed);
    },
    () => narrow.matches,
  );
}

const HEIGHT = 64;

/** The stages of a run as they follow each other, from left to right or, where there is little room, downwards. */
export function StageGraph({ stages, chosen }: { stages: Stage[]; chosen: string | undefined }) {
  const { t } = useWords();
  const downwards = useNarrow();
  const [parameters] = useSearchParams();
  const drawing = draw(stages.map((stage) => ({ name: stage.name, needs: stage.needs ?? [] })));
  const width = downwards ? 148 : 164;
  const left = ({ layer, lane }: Placed) => (downwards ? lane * (width + 16) : layer * (width + 32));
  const top = ({ layer, lane }: Placed) => (downwards ? layer * (HEIGHT + 32) : lane * (HEIGHT + 16));
  const [across, down] = downwards ? [drawing.lanes, drawing.layers] : [drawing.layers, drawing.lanes];
  const size = {
    width: across * (width + (downwards ? 16 : 32)) - (downwards ? 16 : 32),
    height: down * (HEIGHT + (downwards ? 32 : 16)) - (downwards ? 32 : 16),
  };
  const line = (from: Placed, to: Placed) => {
    const [x1, y1, x2, y2] = downwards
      ? [left(from) + width / 2, top(from) + HEIGHT, left(to) + width / 2, top(to)]
      : [left(from) + width, top(from) + HEIGHT / 2, left(to), top(to) + HEIGHT / 2];
    const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
    return downwards ? `M${x1},${y1} C${x1},${my} ${x2},${my} ${x2},${y2}` : `M${x1},${y1} C${mx},${y1} ${mx},${y2} ${x2},${y2}`;
  };
  const to = (name: string) => {
    const next = new URLSearchParams(parameters);
    if (name === chosen) next.delete("stage");
    else next.set("stage", name);
    return { search: next.toString() };
  };
  if (stages.length === 0) return null;
  return (
    <div className={styles.graphScroll} role="region" tabIndex={0} aria-label={t("run.graph")} data-testid="graph">
      <div className={styles.graph} style={size}>
        <svg width={size.width} height={size.height} aria-hidden="true">
          {drawing.edges.map(({ from, to: end }) => (
            <path key={`${from.name} ${end.name}`} d={line(from, end)} />
          ))}
        </svg>
        <ol>
          {drawing.nodes.map((node) => {
            const stage = stages.find((each) => each.name === node.name);
            if (stage === undefined) return null;
            const needs = stage.needs ?? [];
            return (
              <li key={node.name} style={{ left: left(node), top: top(node), width, height: HEIGHT }}>
                <Link
                  className={styles.node}
                  to={to(node.name)}
                  replace
                  preventScrollReset
                  aria-current={node.name === chosen ? "true" : undefined}
                  data-state={stage.state.toLowerCase()}
                >
                  <span className={styles.nodeName} title={node.name}>
                    {node.name}
                  </span>
                  <span className={styles.nodeFacts}>
                    <StateMark state={stage.state} />
                    <span className="soft">
                      {stage.startedAt === null ? stage.kind : <Took startedAt={stage.startedAt} endedAt={stage.endedAt} />}
                    </span>
                  </span>
                  {needs.length > 0 && <span className="hidden-visually">{t("run.after", { stages: needs.join(", ") })}</span>}
                  {isLive(stage.state) && stage.startedAt !== null && (
                    <progress className={styles.nodeProgress} value={stage.progress ?? 0} max={1} aria-label={node.name} />
                  )}
                </Link>
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}
