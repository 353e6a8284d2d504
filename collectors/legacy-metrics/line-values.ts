import { QUOTE } from '../../src/collect/lines/bytes.ts';
import { FIELDS, type FieldsByName } from './fields.ts';

const MAX_NAMES = 256;
const encoder = new TextEncoder();

/** The values of one line, as stretches of bytes by field number; used again for every line. */
export class LineValues {
  /** Where values are: the line itself, or a copy where it has escapes. */
  bytes: Uint8Array = new Uint8Array();
  /** The fields that the name read last stands for. */
  fields: readonly number[] = [];
  readonly #starts = new Int32Array(FIELDS.length);
  readonly #ends = new Int32Array(FIELDS.length);
  /** The line that a field's value is of. */
  readonly #lines = new Int32Array(FIELDS.length);
  #line = 0;
  readonly #byName: FieldsByName;
  /** Names as they were met, in their own case: a line is like the one before. */
  readonly #known: { readonly name: Uint8Array; readonly fields: readonly number[] }[] = [];
  #next = 0;

  constructor(byName: FieldsByName) {
    this.#byName = byName;
  }

  /** Forgets the values of the line before. */
  clear(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.#line = (this.#line + 1) | 0;
    this.#next = 0;
  }

  has(field: number): boolean {
    return this.#lines[field] === this.#line;
  }

  /** Where the field's value begins; 0, as its end is, without one. */
  start(field: number): number {
    return this.has(field) ? (this.#starts[field] ?? 0) : 0;
  }

  end(field: number): number {
    return this.has(field) ? (this.#ends[field] ?? 0) : 0;
  }

  /**
   * Where the name ends that begins at `start`, if this line is like the one before, and `fields` are then its fields;
   * -1 if not.
   */
  expect(bytes: Uint8Array, start: number): number {
    const expected = this.#known[this.#next];
    if (expected === undefined) return -1;
    const { name } = expected;
    for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return -1;
    if (bytes[start + name.length] !== QUOTE) return -1;
    this.#next++;
    this.fields = expected.fields;
    return start + name.length;
  }

  /** Looks up the name `bytes[start, end)`: `fields` are then its fields. */
  find(bytes: Uint8Array, start: number, end: number): void {
    const { length } = this.#known;
    for (let tried = 0; tried < length; tried++) {
      const at = (this.#next + tried) % length;
      const known = this.#known[at];
      if (known === undefined || !isEqual(known.name, bytes, start, end)) continue;
      this.#next = at + 1;
      this.fields = known.fields;
      return;
    }
    this.fields = this.#learn(Uint8Array.from(bytes.subarray(start, end)));
  }

  /** Sets the value of the name read last, for each of its fields that has none yet. */
  take(start: number, end: number): void {
    this.#set(this.fields, start, end);
  }

  #set(fields: readonly number[], start: number, end: number): void {
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] ?? 0;
      if (end <= start || this.has(field)) continue;
      this.#lines[field] = this.#line;
      this.#starts[field] = start;
      this.#ends[field] = end;
    }
  }

  /** Takes the values of a line that was read some other way. */
  assign(entries: Iterable<readonly [string, string]>): void {
    const texts: string[] = [];
    let length = 0;
    for (const [name, text] of entries) {
      const fields = this.#byName.get(name.toLowerCase()) ?? [];
      const size = Buffer.byteLength(text);
      this.#set(fields, length, length + size);
      texts.push(text);
      length += size;
    }
    this.bytes = encoder.encode(texts.join(''));
  }

  #learn(name: Uint8Array): readonly number[] {
    const fields = this.#byName.get(Buffer.from(name).toString().toLowerCase()) ?? [];
    if (this.#known.length < MAX_NAMES) this.#known.push({ name, fields });
    return fields;
  }
}

function isEqual(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}
