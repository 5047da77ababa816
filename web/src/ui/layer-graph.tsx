import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import graph from "./layer-graph.module.css";
import { draw, type Needing, packed, type Placed } from "./layers";

const narrow = window.matchMedia("(max-width: 700px)");

function useNarrow() {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener("change", changed);
      return () => narrow.removeEventListener("change", changed);
    },
    () => narrow.matches,
  );
}

const HEIGHT = 64;

/** In pixels: between layers, and between what stands beside each other. */
const [BETWEEN, BESIDE] = [32, 16];

/** More layers than these can be drawn closer, each thing as wide as on a narrow screen. */
const FEW = 5;
const NARROW = 148;

interface LayerGraphProps<T extends Needing> {
  /** Each after those it needs. */
  things: readonly T[];
  label: string;
  /** Whether to leave out lines that other lines say too. */
  spare?: boolean;
  /** In pixels: how wide a thing is. */
  width?: number;
  /** Whether to draw more than a few layers closer, so that fewer of them have to be scrolled to. */
  tight?: boolean;
  /** The name of the one that it is about: in view at first, its lines strong while no other is pointed at. */
  current?: string;
  children: (thing: T) => ReactNode;
}

/**
 * Things as they follow each other, from left to right or, where there is little room, downwards. What is larger than a page scrolls by
 * itself; the lines of the one that is pointed at, or has the focus, stand out.
 */
export function LayerGraph<T extends Needing>({ things, label, spare = true, width: wide = 164, tight = false, current, children }: LayerGraphProps<T>) {
  const downwards = useNarrow();
  const drawing = useMemo(() => packed(draw(things, spare)), [things, spare]);
  const byName = useMemo(() => new Map(things.map((thing) => [thing.name, thing])), [things]);
  const [pointed, setPointed] = useState<string | null>(null);
  const strong = pointed ?? current;
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const here = region.current?.querySelector<HTMLElement>("li[data-current]");
    if (region.current === null || here == null) return;
    region.current.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - region.current.clientWidth / 2;
    region.current.scrollTop = here.offsetTop + here.offsetHeight / 2 - region.current.clientHeight / 2;
  }, [drawing, current, downwards]);
  const many = tight && drawing.layers > FEW;
  const width = downwards || many ? Math.min(wide, NARROW) : wide;
  const between = many ? BESIDE : BETWEEN;
  const left = ({ layer, lane }: Placed) => (downwards ? lane * (width + BESIDE) : layer * (width + between));
  const top = ({ layer, lane }: Placed) => (downwards ? layer * (HEIGHT + BETWEEN) : lane * (HEIGHT + BESIDE));
  const [across, down] = downwards ? [drawing.lanes, drawing.layers] : [drawing.layers, drawing.lanes];
  const size = {
    width: across * (width + (downwards ? BESIDE : between)) - (downwards ? BESIDE : between),
    height: down * (HEIGHT + (downwards ? BETWEEN : BESIDE)) - (downwards ? BETWEEN : BESIDE),
  };
  const line = (from: Placed, to: Placed) => {
    const [x1, y1, x2, y2] = downwards
      ? [left(from) + width / 2, top(from) + HEIGHT, left(to) + width / 2, top(to)]
      : [left(from) + width, top(from) + HEIGHT / 2, left(to), top(to) + HEIGHT / 2];
    const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
    return downwards ? `M${x1},${y1} C${x1},${my} ${x2},${my} ${x2},${y2}` : `M${x1},${y1} C${mx},${y1} ${mx},${y2} ${x2},${y2}`;
  };
  return (
    <div ref={region} className={graph.scroll} role="region" tabIndex={0} aria-label={label} data-testid="graph">
      <div className={graph.graph} style={size}>
        <svg width={size.width} height={size.height} aria-hidden="true">
          {drawing.edges.map(({ from, to }) => (
            <path
              key={`${from.name} ${to.name}`}
              d={line(from, to)}
              data-strong={(strong !== undefined && (from.name === strong || to.name === strong)) || undefined}
            />
          ))}
        </svg>
        <ol>
          {drawing.nodes.map((node) => {
            const thing = byName.get(node.name);
            return (
              thing !== undefined && (
                <li
                  key={node.name}
                  style={{ left: left(node), top: top(node), width, height: HEIGHT }}
                  data-current={node.name === current || undefined}
                  onPointerEnter={() => setPointed(node.name)}
                  onPointerLeave={() => setPointed(null)}
                  onFocus={() => setPointed(node.name)}
                  onBlur={() => setPointed(null)}
                >
                  {children(thing)}
                </li>
              )
            );
          })}
        </ol>
      </div>
    </div>
  );
}
