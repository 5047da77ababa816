import type { ResultColumn } from "../api/types";
import { useWords } from "../i18n/i18n";
import form from "../ui/form.module.css";
import styles from "./charts.module.css";
import { choices, fitting, KINDS, MOST_SERIES, takesSeveral, type ChartKind, type ChartSpec } from "./spec";

/** Which kind of chart, of which columns. */
export function ChooseChart({ spec, columns, onChange }: { spec: ChartSpec; columns: ResultColumn[]; onChange(spec: ChartSpec): void }) {
  const { t } = useWords();
  const change = (next: Partial<ChartSpec>) => onChange(fitting({ ...spec, ...next }, columns));
  const others = choices(spec.kind, "y", columns).filter(({ name }) => !spec.y.includes(name));
  const setY = (index: number, name: string) => change({ y: name === "" ? spec.y.filter((_, at) => at !== index) : spec.y.with(index, name) });
  return (
    <div className={`${form.line} ${styles.choose}`} role="group" aria-label={t("chart.choose")}>
      <label>
        {t("chart.kind")}
        <select value={spec.kind} onChange={({ target }) => change({ kind: target.value as ChartKind })}>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`chart.${kind}`)}
            </option>
          ))}
        </select>
      </label>
      {spec.kind !== "histogram" && (
        <label>
          {t("chart.x")}
          <select value={spec.x} onChange={({ target }) => change({ x: target.value })}>
            <Names columns={choices(spec.kind, "x", columns)} />
          </select>
        </label>
      )}
      {spec.y.map((name, index) => (
        <label key={name}>
          {index === 0 ? t("chart.y") : t("chart.yToo", { n: index + 1 })}
          <select value={name} onChange={({ target }) => setY(index, target.value)}>
            {spec.y.length > 1 && <option value="">{t("chart.leave")}</option>}
            <Names columns={choices(spec.kind, "y", columns).filter((column) => column.name === name || !spec.y.includes(column.name))} />
          </select>
        </label>
      ))}
      {takesSeveral(spec.kind) && spec.y.length < MOST_SERIES && others.length > 0 && (
        <label>
          {t("chart.add")}
          <select value="" onChange={({ target }) => change({ y: [...spec.y, target.value] })}>
            <option value="">–</option>
            <Names columns={others} />
          </select>
        </label>
      )}
    </div>
  );
}

function Names({ columns }: { columns: ResultColumn[] }) {
  return [...new Set(columns.map(({ name }) => name))].map((name) => (
    <option key={name} value={name}>
      {name}
    </option>
  ));
}
