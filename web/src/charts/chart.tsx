import { lazy, Suspense, useMemo, useState } from "react";
import type { Cell, ResultColumn } from "../api/types";
import { useWords, type Words } from "../i18n/i18n";
import { Boundary } from "../ui/boundary";
import { Empty, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./charts.module.css";
import { drawn, type Drawn } from "./points";
import type { ChartSpec } from "./spec";

const Canvas = lazy(() => import("./canvas"));
/** So many rows are read aloud, or read, in a table. */
const LISTED = 200;

interface Props {
  spec: ChartSpec;
  columns: ResultColumn[];
  rows: Cell[][];
  /** What the chart is called, for those who do not see it. */
  title?: string;
}

/** Rows as a drawing, with a sentence that says what is drawn, and the drawn values as a table for whoever wants to read them. */
export function Chart({ spec, columns, rows, title }: Props) {
  const { t, ...words } = useWords();
  const [listed, list] = useState(false);
  const picture = useMemo(() => drawn(spec, columns, rows), [spec, columns, rows, rows.length]);
  if (picture.series.every(({ points }) => points.length === 0)) {
    return <Empty title={t("chart.nothing")}>{t("chart.nothing.what")}</Empty>;
  }
  const sentence = sentenceOf(picture, { t, ...words });
  return (
    <figure className={styles.figure}>
      <Boundary>
        <Suspense fallback={<Waiting rows={6} />}>
          <Canvas drawn={picture} label={title === undefined ? sentence : `${title}. ${sentence}`} />
        </Suspense>
      </Boundary>
      <figcaption className={styles.caption}>
        <span>{sentence}</span>{" "}
        {picture.left > 0 && <span>{t("chart.left", { n: picture.left })} </span>}
        {picture.without > 0 && <span>{t("chart.without", { n: picture.without })}</span>}
        <details open={listed} onToggle={({ currentTarget }) => list(currentTarget.open)}>
          <summary>{t("chart.table")}</summary>
          {listed && <Values picture={picture} title={title ?? sentence} />}
        </details>
      </figcaption>
    </figure>
  );
}

/** What the drawing shows, in words: its kind, how much, and the ends of what there is. */
function sentenceOf({ kind, acrossName, series, rows }: Drawn, { t, number }: Words): string {
  const said = series
    .filter(({ points }) => points.length > 0)
    .map(({ name, points }) => {
      const least = points.reduce((a, b) => (b.y < a.y ? b : a));
      const most = points.reduce((a, b) => (b.y > a.y ? b : a));
      if (kind === "histogram") return t("chart.most", { label: most.label, n: most.y });
      return t("chart.range", { name, least: number(least.y), most: number(most.y) });
    });
  return [t(`chart.${kind}.what`, { x: acrossName, n: rows }), ...said].join(" ");
}

function Values({ picture, title }: { picture: Drawn; title: string }) {
  const { t, number } = useWords();
  const { series, acrossName, kind } = picture;
  const places = new Map<string, { label: string; values: Map<string, number> }>();
  for (const [index, { name, points }] of series.entries()) {
    points.forEach((point, place) => {
      const key = picture.across === "names" ? String(point.x) : `${point.label} ${kind === "line" ? "" : place}`;
      const found = places.get(key) ?? { label: point.label, values: new Map() };
      found.values.set(`${index} ${name}`, point.y);
      places.set(key, found);
    });
  }
  const shown = [...places.values()].slice(0, LISTED);
  return (
    <div className={`${tables.scroll} ${styles.values}`} role="region" tabIndex={0} aria-label={t("chart.table")}>
      <table className={tables.table}>
        <caption className="hidden-visually">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{acrossName}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col" className={tables.right}>
                {kind === "histogram" ? t("chart.rows") : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ label, values }, place) => (
            <tr key={place}>
              <th scope="row">{label}</th>
              {series.map(({ name }, index) => {
                const value = values.get(`${index} ${name}`);
                return (
                  <td key={name} className={tables.right}>
                    {value === undefined ? "" : number(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {places.size > LISTED && <p className="soft small">{t("chart.listed", { n: LISTED, all: places.size })}</p>}
    </div>
  );
}
