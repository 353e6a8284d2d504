import type { ColumnBatch } from '../../model/column-batch.ts';
import { membersOf, type JsonValue } from '../../model/json.ts';
import { rollupStreamName } from '../../model/rollup.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import { decodeContribution, encodeContribution } from './contribution-codec.ts';
import { Contributor, type ContributedGroups, type Contribution } from './contribution.ts';
import { OpenWindow } from './open-window.ts';
import { rollupDocument } from './rollup-document.ts';
import { WindowOrdinals } from './window-ordinals.ts';

const DELAY_MS = 5000;
const HOLD_MS = 60_000;
const MAX_GROUPS = 20_000;
/** Documents of one emission: some 2.5 MB before compression. */
const MAX_DOCUMENTS = 4000;
const VERSION = 1;

export interface OpenWindowsOptions {
  readonly namespace: string;
  /** Random text `[\w-]+`, a new one for each process: with it, no two emissions have one id. */
  readonly emitter: string;
  readonly metrics: SelfMetrics;
  /** How long after its end, and after its last events, a window waits for more, ms. Default 5 s. */
  readonly delayMs?: number;
  /** Groups that may be open over all windows; the oldest windows are emitted early beyond. Default 20,000. */
  readonly maxGroups?: number;
}

/** Groups of windows that are to be emitted. */
export interface Emission {
  /** NDJSON: a `create` action line and a document line for each group. */
  readonly lines: Uint8Array;
  readonly documents: number;
  /** Which windows, for `close`; committed together with the lines. */
  readonly closed: JsonValue;
}

/** Of one window: the layout's id, its `windowMs`, start (ms), the emission's ordinal, how many groups from the first. */
type ClosedWindow = readonly [
  layout: string,
  windowMs: number,
  start: number,
  ordinal: number,
  groups: number,
];

/**
 * What the events of the spool add up to and is not emitted yet. Its state is a function of the contributions added
 * and the emissions closed, in order: a log of both rebuilds it. Nothing may be added between `due` and the `close` of
 * what it gave; if that could not be committed, `due` is simply asked again.
 */
export class OpenWindows {
  readonly #options: OpenWindowsOptions;
  readonly #contributor = new Contributor();
  readonly #windows = new Map<string, OpenWindow>();
  readonly #ordinals = new Map<string, WindowOrdinals>();
  #groups = 0;
  #emissions = 0;

  constructor(options: OpenWindowsOptions) {
    this.#options = options;
  }

  /** Groups that are not emitted yet. */
  get groups(): number {
    return this.#groups;
  }

  /** What a batch adds; undefined when none of its events is rolled up. Changes nothing. */
  contribution(columns: ColumnBatch): Contribution | undefined {
    return this.#contributor.contribution(columns);
  }

  /** Adds what a batch adds, once the batch is durable; `now` (ms) only decides when windows become due. */
  add(contribution: Contribution, now: number): void {
    for (const groups of contribution) this.#addGroups(groups, now);
  }

  /** The next windows to emit at `now` (ms); ask again until there are none. */
  due(now: number): Emission | undefined {
    const emission = this.#emissions++;
    const closed: ClosedWindow[] = [];
    const lines: string[] = [];
    let excess = this.#groups - (this.#options.maxGroups ?? MAX_GROUPS);
    for (const window of [...this.#windows.values()].toSorted(inOrder)) {
      const room = MAX_DOCUMENTS - lines.length / 2;
      if (room <= 0) break;
      if (excess <= 0 && !this.#isDue(window, now)) continue;
      const { id, declaration } = window.layout;
      const ordinal = this.#ordinalsOf(id, declaration.windowMs).next(window.start);
      const groups = Math.min(room, window.size);
      closed.push([id, declaration.windowMs, window.start, ordinal, groups]);
      excess -= groups;
      this.#write(window, groups, ordinal, emission, lines);
    }
    if (closed.length === 0) return undefined;
    const documents = lines.length / 2;
    return { lines: Buffer.from(lines.join('')), documents, closed: { at: now, windows: closed } };
  }

  /** Forgets the groups of an emission, once it is durable. */
  close(closed: JsonValue): void {
    const { at, windows } = membersOf(closed);
    if (typeof at !== 'number' || !Array.isArray(windows)) return;
    for (const item of windows) {
      if (!isClosedWindow(item)) continue;
      const [layout, windowMs, start, ordinal, groups] = item;
      this.#ordinalsOf(layout, windowMs).note(start, ordinal, at);
      this.#remove(keyOf(layout, start), groups);
    }
  }

  snapshot(): JsonValue {
    const ordinals = [...this.#ordinals].map(([layout, own]): JsonValue => [layout, own.snapshot()]);
    const groups = Buffer.from(encodeContribution(this.#openGroups())).toString('base64');
    return { version: VERSION, groups, ordinals };
  }

  /**
   * Goes on from what `snapshot` gave, at `now` (ms); what is none leaves everything empty.
   * @throws Failure `malformed` when its groups cannot be read
   */
  restore(snapshot: JsonValue | undefined, now: number): void {
    const { groups, ordinals } = membersOf(snapshot);
    for (const item of Array.isArray(ordinals) ? ordinals : []) {
      const [layout, value] = Array.isArray(item) ? item : [];
      const restored = WindowOrdinals.restore(value);
      if (typeof layout === 'string' && restored !== undefined) this.#ordinals.set(layout, restored);
    }
    if (typeof groups === 'string') this.add(decodeContribution(Buffer.from(groups, 'base64')), now);
  }

  #addGroups({ layout, starts, values, numbers }: ContributedGroups, now: number): void {
    let folded = 0;
    for (const [group, own] of values.entries()) {
      const window = this.#window(layout, starts[group] ?? 0, now);
      const before = window.size;
      if (window.add(own, numbers, group * layout.stride)) folded += numbers[group * layout.stride] ?? 0;
      window.touchedAt = now;
      this.#groups += window.size - before;
    }
    if (folded === 0) return;
    const { dataset } = layout.declaration;
    this.#options.metrics.increment('octowatch_series_folded_total', { dataset }, folded);
  }

  #window(layout: ContributedGroups['layout'], start: number, now: number): OpenWindow {
    const key = keyOf(layout.id, start);
    let window = this.#windows.get(key);
    if (window === undefined) this.#windows.set(key, (window = new OpenWindow(layout, start, now)));
    return window;
  }

  /** A window that never ends (a stamp of next year) or never rests is emitted all the same after a while. */
  #isDue(window: OpenWindow, now: number): boolean {
    // The clock was set back.
    window.openedAt = Math.min(window.openedAt, now);
    window.touchedAt = Math.min(window.touchedAt, now);
    const rested = now - (this.#options.delayMs ?? DELAY_MS);
    if (window.end <= rested && window.touchedAt <= rested) return true;
    return window.openedAt + window.layout.declaration.windowMs + HOLD_MS <= now;
  }

  #write(window: OpenWindow, groups: number, ordinal: number, emission: number, lines: string[]): void {
    const { dataset, windowMs } = window.layout.declaration;
    const stream = rollupStreamName(dataset, this.#options.namespace);
    const action = `${JSON.stringify({ create: { _index: stream } })}\n`;
    const time = window.start + (ordinal % windowMs);
    for (const group of window.first(groups)) {
      const numbers = [emission, lines.length / 2].map((number) => number.toString(36));
      const id = [this.#options.emitter, ...numbers].join('-');
      lines.push(action, `${JSON.stringify(rollupDocument(window.layout, group, time, id))}\n`);
    }
  }

  #remove(key: string, groups: number): void {
    const window = this.#windows.get(key);
    if (window === undefined) return;
    const before = window.size;
    window.remove(groups);
    this.#groups += window.size - before;
    if (window.size === 0) this.#windows.delete(key);
  }

  #ordinalsOf(layout: string, windowMs: number): WindowOrdinals {
    let ordinals = this.#ordinals.get(layout);
    if (ordinals === undefined) this.#ordinals.set(layout, (ordinals = new WindowOrdinals(windowMs)));
    return ordinals;
  }

  #openGroups(): Contribution {
    return [...this.#windows.values()].map((window) => {
      const { layout, start, size } = window;
      const groups = window.first(size);
      const numbers = new Float64Array(size * layout.stride);
      for (const [i, group] of groups.entries()) numbers.set(group.numbers, i * layout.stride);
      const values = groups.map((group) => group.values);
      return { layout, starts: new Float64Array(size).fill(start), values, numbers };
    });
  }
}

function keyOf(layout: string, start: number): string {
  return `${layout}@${start}`;
}

function inOrder(a: OpenWindow, b: OpenWindow): number {
  return a.start - b.start || (a.layout.id < b.layout.id ? -1 : 1);
}

function isClosedWindow(value: JsonValue): value is ClosedWindow & JsonValue {
  return Array.isArray(value) && value.length === 5 && typeof value[0] === 'string';
}
