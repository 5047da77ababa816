import type { ReactNode } from "react";
import { useWords } from "../i18n/i18n";
import styles from "./plan.module.css";
import { readingOf, type Plan, type PlanStep } from "./plan";

/** A plan as a tree of steps: each above those whose rows it takes, down to the tables, with what they are to who asks. */
export function PlanTree({ plan, text, children }: { plan: Plan; text: string; children: ReactNode }) {
  const { t, bytes } = useWords();
  return (
    <section className={styles.plan} aria-label={t("plan.title")} data-testid="plan" tabIndex={0}>
      <p className="soft">
        {t("plan.what")} {plan.bytes !== null && t("plan.bytes", { bytes: bytes(plan.bytes) })}
      </p>
      <ul className={styles.tree}>
        <Step step={plan.root} />
      </ul>
      {children}
      <details>
        <summary>{t("plan.text")}</summary>
        <pre>{text}</pre>
      </details>
    </section>
  );
}

function Step({ step }: { step: PlanStep }) {
  return (
    <li>
      <div className={styles.step} data-step={step.name}>
        <strong>{step.name}</strong>
        {step.with.map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <span className="soft">{name}</span> <span className="mono">{value}</span>
          </div>
        ))}
        {step.name === "TableScan" ? <Reads details={step.details} /> : step.details.map((detail) => <div key={detail} className={`${styles.fact} mono`}>{detail}</div>)}
      </div>
      {step.children.length > 0 && (
        <ul>
          {step.children.map((child, index) => (
            <Step key={index} step={child} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Reads({ details }: { details: string[] }) {
  const { t } = useWords();
  const { visible, guarded, rows, others } = readingOf(details);
  return (
    <>
      {visible.length > 0 && (
        <div className={styles.fact}>
          <span className="soft">{t("plan.columns")}</span> <span className="mono">{visible.join(", ")}</span>
        </div>
      )}
      {guarded.map(({ column, how }) => (
        <div key={column} className={`${styles.fact} ${styles.guarded}`}>
          <span className="mono">{column}</span> {how}
        </div>
      ))}
      <div className={`${styles.fact} ${rows === null ? "" : styles.guarded}`}>
        {rows === null ? (
          <span className="soft">{t("plan.rows.all")}</span>
        ) : (
          <>
            {t("plan.rows")} <span className="mono">{rows}</span>
          </>
        )}
      </div>
      {others.map((other) => (
        <div key={other} className={`${styles.fact} soft`}>
          {other}
        </div>
      ))}
    </>
  );
}
