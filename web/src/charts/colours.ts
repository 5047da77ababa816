import { useSyncExternalStore } from "react";

/** The colours of a chart as a canvas takes them, of the scheme that is shown. */
export interface Colours {
  series: string[];
  ink: string;
  rule: string;
  ground: string;
  font: string;
}

const SERIES = 6;

/** A canvas knows no `var()` and no `light-dark()`: an element is asked what they come to. */
export function coloursOf(element: HTMLElement): Colours {
  // One element for each: on one that changes, a transition would tell the colour before.
  const colour = (name: string) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    element.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  return {
    series: Array.from({ length: SERIES }, (_, index) => colour(`--chart-${index + 1}`)),
    ink: colour("--ink-soft"),
    rule: colour("--rule"),
    ground: colour("--raised"),
    font: getComputedStyle(element).fontFamily,
  };
}

/** Changes whenever the colour scheme does. */
export function useScheme(): string {
  return useSyncExternalStore(listen, scheme);
}

const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

function scheme(): string {
  return document.documentElement.dataset["scheme"] ?? (dark().matches ? "dark" : "light");
}

function listen(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-scheme"] });
  const query = dark();
  query.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", changed);
  };
}
