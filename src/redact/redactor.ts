import type { ColumnBatch } from '../model/column-batch.ts';
import { eventId } from '../model/event-id.ts';
import { listValues, startOfValue, type ListedValues, type Range } from './listed-values.ts';
import { REDACTED, SHAPES, type Shape } from './shapes.ts';
import { Windows, wordAt } from './windows.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const ANY = 'abcdefghijklmnopqrstuvwxyz0123456789-_';

/** Told of every text that held secrets, once per shape; `listed` is a value of the configuration. */
export type OnRedaction = (shape: string) => void;

/** What is taken for a secret. */
export interface RedactionSettings {
  /** Whether known forms of secrets are looked for. */
  readonly shapes: boolean;
  /** Values that are secrets whatever they look like and wherever they stand, each of at least four bytes. */
  readonly values: Iterable<string>;
  /** Values that are secrets as whole words only: `elastic`, but not a part of `elasticsearch`. */
  readonly words: Iterable<string>;
}

/** Takes secrets out of what leaves the place they were read at. Both forms find the same. */
export interface Redactor {
  /** From now on these settings hold, all at once. */
  configure(settings: RedactionSettings): void;
  /** `text` without secrets; the same string when it holds none. */
  text(text: string, onRedaction?: OnRedaction): string;
  /**
   * Redacts the symbols of a batch in place. An event's id that held a secret becomes a hash of it: the same for the
   * same event, and another for another.
   */
  columns(columns: ColumnBatch, onRedaction?: OnRedaction): void;
}

/** A redactor that knows the shapes, and no listed value yet. */
export function createRedactor(): Redactor {
  let shapes: readonly Shape[] = [];
  let listed: ListedValues = listValues([]);
  let triggers: ReadonlySet<number> = new Set();
  let windows = new Windows([]);

  function configure(settings: RedactionSettings): void {
    const nextListed = listValues(settings.values, settings.words);
    shapes = settings.shapes ? SHAPES : [];
    listed = nextListed;
    triggers = new Set(shapes.flatMap(triggerWords));
    windows = new Windows([...listed.words, ...triggers]);
  }

  /** Whether there is something to match: many values end in digits, as many texts do. */
  function mayHold(bytes: Uint8Array, from: number, to: number): boolean {
    let end = windows.next(bytes, from, to);
    for (; end !== -1; end = windows.next(bytes, from, to, end)) {
      if (triggers.has(wordAt(bytes, end - 4))) return true;
      if (startOfValue(listed, bytes, [from, to], end) !== -1) return true;
    }
    return false;
  }

  function redacted(bytes: Uint8Array, text: string, onRedaction?: OnRedaction): string {
    const bare = withoutListed(bytes, text);
    if (bare !== text) onRedaction?.('listed');
    return shapes.reduce((result, shape) => {
      const next = withoutShape(result, shape);
      if (next !== result) onRedaction?.(shape.name);
      return next;
    }, bare);
  }

  function withoutListed(bytes: Uint8Array, text: string): string {
    if (listed.words.length === 0) return text;
    const ranges: Range[] = [];
    for (let end = 4; end <= bytes.length; end++) {
      const start = startOfValue(listed, bytes, [0, bytes.length], end);
      if (start !== -1) addRange(ranges, start, end);
    }
    if (ranges.length === 0) return text;
    // Once more: what stood beside a value may be a word of its own now.
    const rest = without(bytes, ranges);
    return withoutListed(encoder.encode(rest), rest);
  }

  configure({ shapes: true, values: [], words: [] });
  return {
    configure,
    text(text, onRedaction) {
      const bytes = encoder.encode(text);
      return mayHold(bytes, 0, bytes.length) ? redacted(bytes, text, onRedaction) : text;
    },
    columns(columns, onRedaction) {
      const { symbols } = columns;
      const before = new Map<number, string>();
      for (let symbol = 1; symbol < symbols.size; symbol++) {
        const end = symbols.end(symbol);
        const start = symbols.start(symbol);
        if (!mayHold(symbols.arena, start, end)) continue;
        const text = symbols.text(symbol);
        const next = redacted(symbols.bytes(symbol), text, onRedaction);
        if (next === text) continue;
        before.set(symbol, text);
        symbols.replace(symbol, next);
      }
      if (before.size > 0) renewIds(columns, before);
    },
  };
}

/** A match of millions of characters is too much for the engine, which throws a RangeError: then all of the text goes. */
function withoutShape(text: string, { pattern, replacement }: Shape): string {
  try {
    return text.replace(pattern, replacement);
  } catch {
    return REDACTED;
  }
}

/** An id that is redacted as a text is would make one event of several. */
function renewIds(columns: ColumnBatch, before: ReadonlyMap<number, string>): void {
  for (const { ids, rows } of columns.tables()) {
    for (let row = 0; row < rows; row++) {
      const text = before.get(ids[row] ?? 0);
      if (text !== undefined) ids[row] = columns.symbols.intern(eventId(text));
    }
  }
}

/** Ends ascend; a range that reaches into those before swallows them. */
function addRange(ranges: Range[], start: number, end: number): void {
  let from = start;
  for (let last = ranges.at(-1); last !== undefined && last[1] > from; last = ranges.at(-1)) {
    from = Math.min(from, last[0]);
    ranges.pop();
  }
  ranges.push([from, end]);
}

function without(bytes: Uint8Array, ranges: readonly Range[]): string {
  let text = '';
  let from = 0;
  for (const [start, end] of ranges) {
    text += decoder.decode(bytes.subarray(from, start)) + REDACTED;
    from = end;
  }
  return text + decoder.decode(bytes.subarray(from));
}

function triggerWords({ triggers }: Shape): number[] {
  return triggers.flatMap((trigger) => {
    if (!trigger.includes('?')) return [wordAt(encoder.encode(trigger), 0)];
    return Array.from(ANY, (any) => wordAt(encoder.encode(trigger.replace('?', any)), 0));
  });
}
