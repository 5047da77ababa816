import type { PipelineItem } from "../api/types";
import { useWords } from "../i18n/i18n";
import { draw } from "../ui/layers";
import styles from "./pipelines.module.css";

/** The stages of a pipeline in the order they come in; those that wait for the same ones stand below each other. */
export function Flow({ stages }: { stages: PipelineItem["stages"] }) {
  const { t } = useWords();
  const { nodes, layers } = draw(stages.map((stage, i) => ({ name: stage.name, needs: stage.needs ?? stages.slice(0, i).map(({ name }) => name) })));
  const kinds = new Map(stages.map((stage) => [stage.name, stage.kind]));
  return (
    <ol className={styles.flow} aria-label={t("pipelines.stages")}>
      {Array.from({ length: layers }, (_, layer) => (
        <li key={layer}>
          {nodes
            .filter((node) => node.layer === layer)
            .map(({ name }) => (
              <span key={name} title={kinds.get(name)}>
                {name}
              </span>
            ))}
        </li>
      ))}
    </ol>
  );
}
