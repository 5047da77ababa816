import { Button } from "../ui/button";
import { useWords } from "../i18n/i18n";
import type { StagePlan } from "../api/types";
import forms from "../ui/form.module.css";
import styles from "./pipelines.module.css";

/** What a run would do, stage by stage, and why it would fail. */
export function DryRun({ stages, onClose }: { stages: StagePlan[]; onClose(): void }) {
  const { t } = useWords();
  const problems = stages.reduce((sum, stage) => sum + stage.problems.length, 0);
  return (
    <section className={styles.plan} aria-label={t("dryRun.title")} data-testid="dry-run">
      <div className={styles.runsHead}>
        <h3>{t("dryRun.title")}</h3>
        <Button onClick={onClose}>{t("action.close")}</Button>
      </div>
      <p role="status">{problems === 0 ? t("dryRun.fine") : t("dryRun.problems", { n: problems })}</p>
      <ol className={styles.planned}>
        {stages.map((stage) => (
          <li key={stage.stage}>
            <h4>
              {stage.stage} <span className="soft small">{stage.kind}</span>
            </h4>
            {stage.problems.map((problem) => (
              <p key={problem} className={forms.refusal}>
                {problem}
              </p>
            ))}
            <dl>
              <Tables word={t("dryRun.reads")} names={stage.reads} />
              <Tables word={t("dryRun.writes")} names={stage.writes} />
            </dl>
            {stage.notes.map((note) => (
              <p key={note} className="soft">
                {note}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Tables({ word, names }: { word: string; names: string[] }) {
  if (names.length === 0) return null;
  return (
    <div>
      <dt>{word}</dt>
      <dd>
        {names.map((name) => (
          <span key={name} className="mono">
            {name}
          </span>
        ))}
      </dd>
    </div>
  );
}
