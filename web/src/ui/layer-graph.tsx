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

interface LayerGraphProps<T extends Needing> {
  /** Each after those it needs. */
  things: readonly T[];
  label: string;
  /** Whether to leave out lines that other lines say too. */
  spare?: boolean;
  /** In pixels: how wide a thing is. */
  width?: number;
  /** The name of the one that it is about: in view at first, its lines strong while no other is pointed at. */
  current?: string;
  children: (thing: T) => ReactNode;
}

/**
 * Things as they follow each other, from left to right or, where there is little room, downwards. What is larger than a page scrolls by
 * itself; the lines of the one that is pointed at, or has the focus, stand out.
 */
export function LayerGraph<T extends Needing>({ things, label, spare = true, width: wide = 164, current, children }: LayerGraphProps<T>) {
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
  const width = downwards ? Math.min(wide, 148) : wide;
  const left = ({ layer, lane }: Placed) => (downwards ? lane * (width + 16) : layer * (width + 32));
  const top = ({ layer, lane }: Placed) => (downwards ? layer * (HEIGHT + 32) : lane * (HEIGHT + 16));
  const [across, down] = downwards ? [drawing.lanes, drawing.layers] : [drawing.layers, drawing.lanes];
  const size = {
    width: across * (width + (downwards ? 16 : 32)) - (downwards ? 16 : 32),
    height: down * (HEIGHT + (downwards ? 32 : 16)) - (downwards ? 32 : 16),
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
