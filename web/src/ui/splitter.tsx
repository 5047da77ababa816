import { useState, type KeyboardEvent, type PointerEvent } from "react";
import { preference } from "../design/preferences";
import styles from "./splitter.module.css";

/** A size in pixels that a person sets with {@link Splitter} and this browser remembers. */
export function usePaneSize(name: string, usual: number, least: number, most: number) {
  const stored = preference(`pane.${name}`);
  const [size, setSize] = useState(() => clamp(Number(stored.read() ?? usual)));
  function clamp(value: number) {
    return Math.round(Math.min(most, Math.max(least, Number.isFinite(value) ? value : usual)));
  }
  return {
    size,
    least,
    most,
    set: (value: number) => {
      setSize(clamp(value));
      stored.write(String(clamp(value)));
    },
  };
}

interface Props {
  label: string;
  /** `column` moves left and right, `row` up and down. */
  direction: "column" | "row";
  pane: ReturnType<typeof usePaneSize>;
}

/** The line between two panes: drag it, or focus it and use the arrows. */
export function Splitter({ label, direction, pane }: Props) {
  const [grip, setGrip] = useState<{ at: number; size: number } | null>(null);
  const at = (event: PointerEvent) => (direction === "column" ? event.clientX : event.clientY);
  const onKeyDown = (event: KeyboardEvent) => {
    const less = direction === "column" ? "ArrowLeft" : "ArrowUp";
    const more = direction === "column" ? "ArrowRight" : "ArrowDown";
    const step = event.key === less ? -16 : event.key === more ? 16 : 0;
    if (step === 0) return;
    event.preventDefault();
    pane.set(pane.size + step);
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={direction === "column" ? "vertical" : "horizontal"}
      aria-valuenow={pane.size}
      aria-valuemin={pane.least}
      aria-valuemax={pane.most}
      className={`${styles.splitter} ${styles[direction]}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setGrip({ at: at(event), size: pane.size });
      }}
      onPointerMove={(event) => grip !== null && pane.set(grip.size + at(event) - grip.at)}
      onPointerUp={() => setGrip(null)}
      onPointerCancel={() => setGrip(null)}
    />
  );
}
