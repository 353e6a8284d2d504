import { SymbolTable } from '../../model/symbols.ts';

/** From this length on a segment with a digit is a hash or a GUID, not a word. */
export const MIN_HASH = 16;
const SLASH = 0x2f;
const ANY_NUMBER = 0x30;
const NINE = 0x39;
const MAX_LENGTH = 256;
const MAX_SHAPES = 10_000;

/**
 * Numbers the shapes of paths: what is left when each run of digits is one `0`. Paths of one shape have one route, as
 * long as no segment is so long that its length counts; those have no shape.
 */
export class PathShapes {
  readonly #shapes = new SymbolTable();
  readonly #scratch = new Uint8Array(MAX_LENGTH);

  /** The number of the shape of `bytes[start, end)`, valid until the next `trim`; 0 for a path without one. */
  of(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > MAX_LENGTH) return 0;
    const scratch = this.#scratch;
    let length = 0;
    let segment = 0;
    let wasDigit = false;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0;
      segment = byte === SLASH ? 0 : segment + 1;
      if (segment === MIN_HASH) return 0;
      const isDigit = byte >= ANY_NUMBER && byte <= NINE;
      if (!isDigit) scratch[length++] = byte;
      else if (!wasDigit) scratch[length++] = ANY_NUMBER;
      wasDigit = isDigit;
    }
    return this.#shapes.internBytes(scratch, 0, length);
  }

  /** Forgets all shapes once there are many: somebody may ask for whatever comes to his mind. */
  trim(): void {
    if (this.#shapes.size > MAX_SHAPES) this.#shapes.clear();
  }
}
