import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type PointerEvent } from "react";
import { auditTimes, type AuditSearch } from "../api/queries";
import type { AuditTimes } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import styles from "./audit.module.css";

const HEIGHT = 72;

interface TimesProps {
  search: AuditSearch;
  /** Chooses only what was made then. */
  onChoose(from: string | undefined, until: string | undefined): void;
}

/** When the records were made, as bars over time; a span that is dragged over, or a bar that is clicked, is looked at closer. */
export function Times({ search, onChoose }: TimesProps) {
  const { t } = useWords();
  const { data } = useQuery(auditTimes(search));
  const zoomed = search.from !== undefined || search.until !== undefined;
  return (
    <figure className={styles.times} data-testid="times">
      <figcaption>
        <span>{data === undefined ? t("state.loading") : <Said times={data} />}</span>
        {zoomed && <Button onClick={() => onChoose(undefined, undefined)}>{t("audit.times.all")}</Button>}
      </figcaption>
      <div className={styles.timesDrawn}>{data !== undefined && data.counts.length > 0 && <Bars times={data} onChoose={onChoose} />}</div>
    </figure>
  );
}

function Said({ times }: { times: AuditTimes }) {
  const { t, number } = useWords();
  const sum = times.counts.reduce((all, count) => all + count, 0);
  return <>{t(times.whole ? "audit.times.sum" : "audit.times.newest", { n: sum, records: number(sum) })}</>;
}

/** From where to where a pointer was dragged, whichever way it went. */
function spanOf(begun: number, now: number): [number, number] {
  return begun <= now ? [begun, now] : [now, begun];
}

function Bars({ times, onChoose }: { times: AuditTimes; onChoose: TimesProps["onChoose"] }) {
  const { t, number, dateTime } = useWords();
  const { counts } = times;
  const [dragged, setDragged] = useState<[number, number] | null>(null);
  const box = useRef<SVGSVGElement>(null);
  const begin = (slot: number) => new Date(Date.parse(times.from) + slot * times.seconds * 1000);
  const at = (event: PointerEvent) => {
    const { left, width } = box.current!.getBoundingClientRect();
    return Math.min(counts.length - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * counts.length)));
  };
  const most = Math.max(...counts);
  const busiest = counts.indexOf(most);
  const chosen = dragged === null ? null : spanOf(...dragged);
  const end = () => {
    setDragged(null);
    if (chosen !== null) onChoose(begin(chosen[0]).toISOString(), begin(chosen[1] + 1).toISOString());
  };
  return (
    <>
      <svg
        ref={box}
        viewBox={`0 0 ${counts.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t("audit.times.busiest", { at: dateTime(begin(busiest).toISOString()), records: number(most) })}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragged([at(event), at(event)]);
        }}
        onPointerMove={(event) => dragged !== null && setDragged([dragged[0], at(event)])}
        onPointerUp={end}
        onPointerCancel={() => setDragged(null)}
      >
        {chosen !== null && <rect className={styles.dragged} x={chosen[0]} y={0} width={chosen[1] - chosen[0] + 1} height={HEIGHT} />}
        {counts.map((count, slot) => {
          const height = count === 0 ? 0 : Math.max(2, (count / most) * (HEIGHT - 4));
          return (
            <g key={slot}>
              <rect className={styles.catch} x={slot} y={0} width={1} height={HEIGHT}>
                <title>{`${dateTime(begin(slot).toISOString())}: ${number(count)}`}</title>
              </rect>
              <rect x={slot + 0.1} y={HEIGHT - height} width={0.8} height={height} />
            </g>
          );
        })}
      </svg>
      <p className={styles.timesSpan}>
        <span>{dateTime(times.from)}</span>
        <span>{dateTime(begin(counts.length).toISOString())}</span>
      </p>
    </>
  );
}
