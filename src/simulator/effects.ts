/** How the instance's port behaves: refused and reset are what the names say, `hang` accepts and never answers. */
export type Network = 'up' | 'refused' | 'reset' | 'hang';

/** What one cause does to an instance while it lasts. Several add up. */
export interface Effect {
  readonly network?: Network;
  /** The server process does not run. */
  readonly stopped?: boolean;
  /** Nodes take no new tasks and answer 418. */
  readonly draining?: boolean;
  /** Tasks stay queued though slots are free. */
  readonly startsBlocked?: boolean;
  /** Share of tasks that fail, and what they say. */
  readonly failShare?: number;
  readonly failMessage?: string;
  /** Share of web requests that end in 503. */
  readonly errorShare?: number;
  /** Added to every web request, ms. */
  readonly delayMs?: number;
  /** Share of web requests that take `slowMs` more. */
  readonly slowShare?: number;
  readonly slowMs?: number;
  /** Error lines per minute in the log, and their text. */
  readonly errorLines?: { readonly perMinute: number; readonly message: string; readonly exception: string };
  /** Tasks on top of the workload. */
  readonly extraTasksPerMinute?: number;
}

/** All effects on an instance as one. */
export interface Conditions {
  readonly network: Network;
  readonly stopped: boolean;
  readonly draining: boolean;
  readonly startsBlocked: boolean;
  readonly failShare: number;
  readonly failMessage: string;
  readonly errorShare: number;
  readonly delayMs: number;
  readonly slowShare: number;
  readonly slowMs: number;
  readonly errorLines: readonly NonNullable<Effect['errorLines']>[];
  readonly extraTasksPerMinute: number;
}

const NETWORKS: readonly Network[] = ['up', 'reset', 'hang', 'refused'];

/** Folds effects: what is broken by one cause is broken, shares take the worst, rates and delays add up. */
export function combine(effects: Iterable<Effect>): Conditions {
  const all = [...effects];
  return {
    network: all.reduce<Network>((worst, { network = 'up' }) => worseNetwork(worst, network), 'up'),
    stopped: all.some(({ stopped }) => stopped === true),
    draining: all.some(({ draining }) => draining === true),
    startsBlocked: all.some(({ startsBlocked }) => startsBlocked === true),
    failShare: Math.max(0, ...all.map(({ failShare = 0 }) => failShare)),
    failMessage: all.find(({ failMessage }) => failMessage !== undefined)?.failMessage ?? DEFAULT_FAILURE,
    errorShare: Math.max(0, ...all.map(({ errorShare = 0 }) => errorShare)),
    delayMs: all.reduce((sum, { delayMs = 0 }) => sum + delayMs, 0),
    slowShare: Math.max(0, ...all.map(({ slowShare = 0 }) => slowShare)),
    slowMs: Math.max(0, ...all.map(({ slowMs = 0 }) => slowMs)),
    errorLines: all.flatMap(({ errorLines }) => errorLines ?? []),
    extraTasksPerMinute: all.reduce((sum, { extraTasksPerMinute = 0 }) => sum + extraTasksPerMinute, 0),
  };
}

function worseNetwork(a: Network, b: Network): Network {
  return NETWORKS.indexOf(a) >= NETWORKS.indexOf(b) ? a : b;
}

const DEFAULT_FAILURE =
  'The deployment failed because one or more steps failed. Please see the deployment log for details.';
