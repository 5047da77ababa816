import type { Zone } from "../api/types";
import { useWords } from "../i18n/i18n";
import styles from "./zone.module.css";

export const zones: Zone[] = ["raw", "curated", "consumption"];

/** The zone of a dataset in its fixed hue and its word. */
export function ZoneMark({ zone }: { zone: Zone | null }) {
  const { t } = useWords();
  return (
    <span className={styles.zone} data-zone={zone ?? "none"}>
      {zone === null ? t("zone.none") : t(`zone.${zone}`)}
    </span>
  );
}
