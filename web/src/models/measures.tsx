import { useWords } from "../i18n/i18n";
import { beats } from "./cells";

interface Props {
  metrics: Record<string, number>;
  baselines: { name: string; metrics: Record<string, number> }[];
}

/** The first measures of a version, each with whether it beats doing without. */
export function Measures({ metrics, baselines }: Props) {
  const { t } = useWords();
  const all = Object.entries(metrics);
  if (all.length === 0) return <span className="soft">{t("models.notShown")}</span>;
  return all.slice(0, 3).map(([name, value]) => {
    const better = beats(name, value, baselines);
    return (
      <div key={name}>
        {name} <strong>{measure(value)}</strong>
        {better !== null && <span className="soft"> {better ? t("models.better") : t("models.notBetter")}</span>}
      </div>
    );
  });
}

/** A measure with as many digits as one compares. */
export function measure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
