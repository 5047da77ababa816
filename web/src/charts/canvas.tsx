import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
} from "chart.js";
import { useEffect, useRef } from "react";
import { regional, useWords } from "../i18n/i18n";
import styles from "./charts.module.css";
import { coloursOf, useScheme, type Colours } from "./colours";
import type { Drawn } from "./points";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip);

/** Lines that look alike to some are told apart by their strokes and points. */
const STROKES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 3]];
const POINTS = ["circle", "rect", "triangle", "rectRot", "cross", "star"] as const;

/** The drawing itself; {@link label} is what it is to those who do not see it. */
export default function Canvas({ drawn, label }: { drawn: Drawn; label: string }) {
  const { language, number } = useWords();
  const scheme = useScheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null || element.parentElement === null) return;
    const chart = new Chart(element, configuration(drawn, coloursOf(element.parentElement), number, regional(language)));
    return () => chart.destroy();
  }, [drawn, scheme, language, number]);
  return (
    <div className={styles.canvas}>
      <canvas ref={canvas} role="img" aria-label={label} data-testid="chart" />
    </div>
  );
}

type Data = number | null | { x: number; y: number };

function configuration(drawn: Drawn, colours: Colours, number: (value: number) => string, language: string): ChartConfiguration<"bar" | "line" | "scatter", Data[]> {
  const { kind, across, series } = drawn;
  const named = across === "names" && kind !== "scatter" && kind !== "map";
  const labels = named ? namesOf(drawn) : [];
  const many = Math.max(...series.map(({ points }) => points.length), 0) > 200;
  const moment = momentFormat(drawn, language);
  const acrossText = (value: number) => (across === "moments" ? moment(value) : number(value));
  const datasets = series.map(({ name, points }, index): ChartDataset<"bar" | "line" | "scatter", Data[]> => {
    const colour = colours.series[index % colours.series.length] ?? colours.ink;
    const byName = new Map(points.map((point) => [point.x, point.y]));
    return {
      label: name,
      data: named ? labels.map((_, place) => byName.get(place) ?? null) : points.map(({ x, y }) => ({ x, y })),
      backgroundColor: kind === "scatter" || kind === "map" ? translucent(colour) : colour,
      borderColor: colour,
      borderWidth: kind === "line" ? 2 : 0,
      ...(kind === "line"
        ? { borderDash: STROKES[index % STROKES.length] ?? [], pointStyle: POINTS[index % POINTS.length] ?? "circle", pointRadius: many ? 0 : 3, spanGaps: false }
        : {}),
      ...(kind === "scatter" || kind === "map" ? { pointRadius: many ? 2 : 4 } : {}),
      ...(kind === "histogram" ? { categoryPercentage: 1, barPercentage: 0.96 } : {}),
    };
  });
  const axis = { grid: { color: colours.rule }, border: { color: colours.rule } };
  const ticks = { color: colours.ink, font: { family: colours.font, size: 12 } };
  const title = (text: string) => ({ display: text !== "", text, color: colours.ink, font: { family: colours.font, size: 12 } });
  return {
    type: kind === "bar" || kind === "histogram" ? "bar" : kind === "line" ? "line" : "scatter",
    data: { labels, datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      locale: language,
      normalized: true,
      interaction: { mode: kind === "scatter" || kind === "map" ? "nearest" : "index", intersect: false },
      scales: {
        x: named
          ? { type: "category", ...axis, title: title(drawn.acrossName), ticks: { ...ticks, maxRotation: 60, callback: (value) => shortened(labels[Number(value)] ?? "") } }
          : { type: "linear", ...axis, ...(across === "moments" ? aroundOne(drawn) : {}), title: title(drawn.acrossName), ticks: { ...ticks, maxRotation: 45, callback: (value) => acrossText(Number(value)) } },
        y: {
          type: "linear",
          ...axis,
          beginAtZero: kind === "bar" || kind === "histogram",
          title: title(series.length === 1 && kind !== "histogram" ? (series[0]?.name ?? "") : ""),
          ticks: { ...ticks, ...(kind === "histogram" ? { precision: 0 } : {}) },
        },
      },
      plugins: {
        legend: { display: series.length > 1, labels: { color: colours.ink, usePointStyle: true, font: { family: colours.font, size: 12 } } },
        tooltip: {
          titleFont: { family: colours.font },
          bodyFont: { family: colours.font },
          callbacks: {
            title: ([item]) => (item === undefined ? "" : named ? (labels[item.dataIndex] ?? "") : acrossText(item.parsed.x ?? 0)),
            label: ({ dataset, parsed }) => `${dataset.label ?? ""}: ${number(parsed.y ?? 0)}`,
          },
        },
      },
    },
  };
}

/** What stands below, in its places; a place that one series lacks another may have. */
function namesOf({ series }: Drawn): string[] {
  const names: string[] = [];
  for (const { points } of series) for (const { x, label } of points) names[x] = label;
  return Array.from(names, (name) => name ?? "");
}

function shortened(name: string): string {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}

function translucent(colour: string): string {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  return parts === null ? colour : `rgba(${parts[1]}, ${parts[2]}, ${parts[3]}, 0.65)`;
}

const DAY = 86_400_000;

/** A single moment stands between the days before and after it: what the library puts around one number is years. */
function aroundOne({ series }: Drawn): { min?: number; max?: number } {
  const moments = new Set(series.flatMap(({ points }) => points.map(({ x }) => x)));
  const [only] = moments;
  return moments.size === 1 && only !== undefined ? { min: only - DAY, max: only + DAY } : {};
}

/** Days where the values are days or far apart, else times too. */
function momentFormat({ series }: Drawn, language: string): (value: number) => string {
  const moments = series.flatMap(({ points }) => points.map(({ x }) => x));
  const days = moments.every((moment) => moment % DAY === 0);
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", ...(days ? {} : { timeStyle: "short" }), timeZone: "UTC", hourCycle: "h23" });
  return (value) => format.format(value);
}
