/** One task that waits, and for whom; no holders stands for somebody that nobody names. */
export interface WaitEdge {
  readonly waiter: string;
  readonly holders: readonly string[];
}

/**
 * What becomes of a task that waits for all of its holders: it goes on when the `root` ends, it never does because it
 * waits for a `cycle`, or it is `unknown` because nobody says whom the last of the chain waits for.
 * `chain` is a shortest way there, the waiter first; that of a task in a cycle comes back to it.
 */
export type WaitFate =
  | { readonly kind: 'root'; readonly root: string; readonly chain: readonly string[] }
  | { readonly kind: 'cycle'; readonly cycle: readonly string[]; readonly chain: readonly string[] }
  | { readonly kind: 'unknown'; readonly chain: readonly string[] };

export interface WaitGraph {
  /** By waiter. */
  readonly fates: ReadonlyMap<string, WaitFate>;
  /** Tasks that wait for each other, or for themselves: each set once, in order of ids. */
  readonly cycles: readonly (readonly string[])[];
}

const BY_NUMBER = new Intl.Collator('en', { numeric: true });

type Holders = ReadonlyMap<string, readonly string[]>;
/** The node before each that is reached from a waiter; the waiter itself only where a way leads back to it. */
type Reached = ReadonlyMap<string, string>;

/**
 * The wait-for graph of tasks, whatever the order of its edges. Of several roots the one that holds up most tasks is
 * named, as its end helps most. Time grows with waiters × edges.
 */
export function waitGraph(edges: Iterable<WaitEdge>): WaitGraph {
  const holders = holdersByWaiter(edges);
  const reached = new Map([...holders.keys()].map((waiter) => [waiter, reach(waiter, holders)]));
  const cycles = cyclesOf(reached);
  const behind = countBehind(reached);
  const fates = [...reached].map(
    ([waiter, nodes]) => [waiter, fateOf(waiter, nodes, holders, cycles, behind)] as const,
  );
  return { fates: new Map(fates), cycles };
}

/** Order of ids: `ServerTasks-9` before `ServerTasks-10`. */
export function compareIds(a: string, b: string): number {
  return BY_NUMBER.compare(a, b) || (a < b ? -1 : Number(a > b));
}

function holdersByWaiter(edges: Iterable<WaitEdge>): Holders {
  const sets = new Map<string, Set<string>>();
  for (const { waiter, holders } of edges) {
    const set = sets.get(waiter) ?? new Set();
    for (const holder of holders) set.add(holder);
    sets.set(waiter, set);
  }
  const sorted = [...sets].map(([waiter, set]) => [waiter, [...set].toSorted(compareIds)] as const);
  return new Map(sorted.toSorted(([a], [b]) => compareIds(a, b)));
}

/** Breadth first, so that ways are shortest. */
function reach(waiter: string, holders: Holders): Reached {
  const before = new Map<string, string>();
  let level: readonly string[] = [waiter];
  while (level.length > 0) {
    const next: string[] = [];
    for (const node of level) {
      for (const holder of holders.get(node) ?? []) {
        if (before.has(holder)) continue;
        before.set(holder, node);
        if (holder !== waiter) next.push(holder);
      }
    }
    level = next;
  }
  return before;
}

/** Tasks that reach each other. */
function cyclesOf(reached: ReadonlyMap<string, Reached>): readonly (readonly string[])[] {
  const members = [...reached].filter(([waiter, nodes]) => nodes.has(waiter));
  const cycles: (readonly string[])[] = [];
  const told = new Set<string>();
  for (const [waiter, nodes] of members) {
    if (told.has(waiter)) continue;
    const cycle = members.filter(([other, back]) => nodes.has(other) && back.has(waiter)).map(([id]) => id);
    for (const id of cycle) told.add(id);
    cycles.push(cycle);
  }
  return cycles;
}

function countBehind(reached: ReadonlyMap<string, Reached>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const nodes of reached.values())
    for (const node of nodes.keys()) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}

function fateOf(
  waiter: string,
  nodes: Reached,
  holders: Holders,
  cycles: WaitGraph['cycles'],
  behind: ReadonlyMap<string, number>,
): WaitFate {
  const cycle =
    cycles.find((ids) => ids.includes(waiter)) ?? cycles.find((ids) => ids.some((id) => nodes.has(id)));
  if (cycle !== undefined) {
    const end = cycle.includes(waiter) ? waiter : (cycle.find((id) => nodes.has(id)) ?? waiter);
    return { kind: 'cycle', cycle, chain: wayTo(end, waiter, nodes) };
  }
  const ends = [...nodes.keys()].toSorted(
    (a, b) => (behind.get(b) ?? 0) - (behind.get(a) ?? 0) || compareIds(a, b),
  );
  const root = ends.find((node) => !holders.has(node));
  if (root !== undefined) return { kind: 'root', root, chain: wayTo(root, waiter, nodes) };
  const last = ends.find((node) => holders.get(node)?.length === 0);
  return { kind: 'unknown', chain: last === undefined ? [waiter] : wayTo(last, waiter, nodes) };
}

function wayTo(end: string, waiter: string, nodes: Reached): string[] {
  const way = [end];
  for (let node = nodes.get(end); node !== undefined && node !== waiter; node = nodes.get(node))
    way.push(node);
  return [waiter, ...way.toReversed()];
}
