/** A thing where it stands in the drawing: as many steps from the start as its longest way, beside others as far. */
export interface Placed {
  name: string;
  layer: number;
  lane: number;
}

export interface Drawing {
  nodes: Placed[];
  edges: { from: Placed; to: Placed }[];
  layers: number;
  lanes: number;
}

export interface Needing {
  name: string;
  needs: readonly string[];
}

/**
 * Places things in layers, each after all it needs. They come in an order in which each is after those it needs; a need that
 * is not among them, or comes later, is not drawn. With {@link spare} a line is left out where other lines say it too.
 */
export function draw(stages: readonly Needing[], spare = true): Drawing {
  const placed = new Map<string, Placed>();
  const before = new Map<string, Set<string>>();
  const taken: number[] = [];
  for (const stage of stages) {
    const needs = stage.needs.flatMap((need) => placed.get(need) ?? []);
    const layer = needs.reduce((most, need) => Math.max(most, need.layer + 1), 0);
    // As near as there is room to the middle of what it needs, so that lines stay short.
    const wanted = needs.length === 0 ? 0 : Math.floor(needs.reduce((sum, need) => sum + need.lane, 0) / needs.length);
    const lane = Math.max(wanted, taken[layer] ?? 0);
    taken[layer] = lane + 1;
    placed.set(stage.name, { name: stage.name, layer, lane });
    before.set(stage.name, new Set(needs.flatMap((need) => [need.name, ...(before.get(need.name) ?? [])])));
  }
  const edges = stages.flatMap((stage) => {
    const to = placed.get(stage.name);
    const needs = stage.needs.filter((need) => before.get(stage.name)?.has(need));
    return needs
      .filter((need) => !spare || !needs.some((other) => other !== need && before.get(other)?.has(need)))
      .flatMap((need) => {
        const from = placed.get(need);
        return from === undefined || to === undefined ? [] : [{ from, to }];
      });
  });
  const nodes = [...placed.values()];
  return {
    nodes,
    edges,
    layers: nodes.reduce((most, node) => Math.max(most, node.layer + 1), 0),
    lanes: nodes.reduce((most, node) => Math.max(most, node.lane + 1), 0),
  };
}

/** How often lanes are sorted by what is before and behind them; more changes little. */
const SWEEPS = 6;

/**
 * The same drawing with no lane left empty that nothing stands on: each layer as narrow as it can be, in the middle of the widest, its
 * things in the order of what they are connected with, so that lines cross less. One that has no room to spare stays as it is.
 */
export function packed(drawing: Drawing): Drawing {
  const layers: Placed[][] = Array.from({ length: drawing.layers }, () => []);
  for (const node of drawing.nodes) layers[node.layer]?.push({ ...node });
  const lanes = layers.reduce((most, layer) => Math.max(most, layer.length), 0);
  if (lanes === drawing.lanes) return drawing;
  const byName = new Map(layers.flat().map((node) => [node.name, node]));
  const near = new Map<Placed, { before: Placed[]; behind: Placed[] }>(layers.flat().map((node) => [node, { before: [], behind: [] }]));
  const edges = drawing.edges.flatMap((edge) => {
    const [from, to] = [byName.get(edge.from.name), byName.get(edge.to.name)];
    if (from === undefined || to === undefined) return [];
    near.get(from)?.behind.push(to);
    near.get(to)?.before.push(from);
    return [{ from, to }];
  });
  const number = (layer: Placed[]) => layer.forEach((node, i) => (node.lane = i + (lanes - layer.length) / 2));
  for (const layer of layers) number(layer.sort((one, other) => one.lane - other.lane));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const side = sweep % 2 === 0 ? "before" : "behind";
    for (const layer of side === "before" ? layers : layers.toReversed()) {
      const middle = new Map(
        layer.map((node) => {
          const others = near.get(node)?.[side] ?? [];
          return [node, others.length === 0 ? node.lane : others.reduce((sum, each) => sum + each.lane, 0) / others.length];
        }),
      );
      number(layer.sort((one, other) => (middle.get(one) ?? 0) - (middle.get(other) ?? 0)));
    }
  }
  return { nodes: layers.flat(), edges, layers: drawing.layers, lanes };
}

/** The same things, each after those it needs; where they need each other in a circle, it is cut somewhere. */
export function inOrder<T extends Needing>(things: readonly T[]): T[] {
  const byName = new Map(things.map((thing) => [thing.name, thing]));
  const begun = new Set<string>();
  const ordered: T[] = [];
  const visit = (thing: T) => {
    if (begun.has(thing.name)) return;
    begun.add(thing.name);
    for (const need of thing.needs) {
      const needed = byName.get(need);
      if (needed !== undefined) visit(needed);
    }
    ordered.push(thing);
  };
  things.forEach(visit);
  return ordered;
}
