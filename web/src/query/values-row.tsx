import { useId } from "react";
import { useWords } from "../i18n/i18n";
import { kindOf, type Placeholder } from "./parameters";
import styles from "./query.module.css";

interface Props {
  places: Placeholder[];
  values: string[];
  /** Whether one was missing when the query was to be run. */
  missing: boolean;
  onChange(values: string[]): void;
  onRun(): void;
}

/** A field for each `?` of the text. */
export function ValuesRow({ places, values, missing, onChange, onRun }: Props) {
  const { t } = useWords();
  const id = useId();
  if (places.length === 0) return null;
  return (
    <div className={styles.values} role="group" aria-label={t("values.title")} data-testid="values">
      {places.map(({ name }, index) => {
        const value = values[index] ?? "";
        const empty = missing && value.trim() === "";
        return (
          <div key={index} className={styles.valueField}>
            <label htmlFor={`${id}-${index}`}>{name ?? t("values.place", { n: index + 1 })}</label>
            <input
              id={`${id}-${index}`}
              value={value}
              autoComplete="off"
              spellCheck={false}
              aria-invalid={empty || undefined}
              aria-describedby={`${id}-${index}-as`}
              onChange={({ target }) => onChange(places.map((_, at) => (at === index ? target.value : (values[at] ?? ""))))}
              onKeyDown={(event) => event.key === "Enter" && onRun()}
            />
            <span id={`${id}-${index}-as`} className="soft small">
              {value.trim() === "" ? (empty ? t("values.missing") : t("values.none")) : t(`values.as.${kindOf(value)}`)}
            </span>
          </div>
        );
      })}
    </div>
  );
}
