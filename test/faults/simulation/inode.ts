import type { Dice } from './dice.ts';

/** Small, so that short records tear. */
const SECTOR = 64;

/** A file's bytes: what its readers see, and what the platter holds of it. */
export class Inode {
  readonly number: number;
  readonly bornMs: number;
  modifiedMs: number;
  size = 0;
  /** How many processes have it open. */
  opened = 0;
  #bytes = Buffer.alloc(256);
  #durable = Buffer.alloc(0);
  #durableSize = 0;
  /** Sectors that were written since the last sync. */
  readonly #dirty = new Set<number>();

  constructor(number: number, bornMs: number) {
    this.number = number;
    this.bornMs = bornMs;
    this.modifiedMs = bornMs;
  }

  /** The content as a reader sees it; valid until the next change. */
  get content(): Buffer {
    return this.#bytes.subarray(0, this.size);
  }

  append(bytes: Uint8Array): void {
    const end = this.size + bytes.length;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, end * 2);
    this.#bytes.set(bytes, this.size);
    this.#touch(this.size, end);
    this.size = end;
  }

  truncate(size: number): void {
    if (size >= this.size) return;
    this.#bytes.fill(0, size, this.size);
    this.#touch(size, this.size);
    this.size = size;
  }

  sync(): void {
    for (const sector of this.#dirty) this.#persist(sector);
    this.#dirty.clear();
    this.#durableSize = this.size;
  }

  /** What a failed fsync leaves: pages that count as clean and were never written. */
  forgetDirty(): void {
    this.#dirty.clear();
  }

  /** Of what was not synced each sector persists or not, and so does the size. */
  cutPower(dice: Dice): void {
    let size = dice.chance(0.5) ? this.size : this.#durableSize;
    for (const sector of [...this.#dirty].toSorted((a, b) => a - b)) {
      if (!dice.chance(0.5)) continue;
      this.#persist(sector);
      const end = Math.min((sector + 1) * SECTOR, this.size);
      if (this.size >= this.#durableSize) size = Math.max(size, end);
    }
    this.#dirty.clear();
    this.#bytes = grown(this.#durable, Math.max(size, 256));
    this.#bytes.fill(0, size);
    this.size = size;
    this.#durableSize = size;
  }

  /** Flips one bit, in what readers see and on the platter. */
  flip(bit: number): void {
    const at = bit >> 3;
    for (const bytes of [this.#bytes, this.#durable]) {
      const byte = bytes[at];
      if (byte !== undefined) bytes[at] = byte ^ (1 << (bit & 7));
    }
  }

  #touch(from: number, to: number): void {
    for (let sector = Math.floor(from / SECTOR); sector * SECTOR < to; sector++) this.#dirty.add(sector);
  }

  #persist(sector: number): void {
    const from = sector * SECTOR;
    const to = from + SECTOR;
    if (to > this.#durable.length) this.#durable = grown(this.#durable, to * 2);
    this.#durable.fill(0, from, to);
    this.#durable.set(this.#bytes.subarray(from, Math.min(to, this.#bytes.length)), from);
  }
}

/** A copy with room for `length` bytes. */
function grown(bytes: Buffer, length: number): Buffer<ArrayBuffer> {
  const larger = Buffer.alloc(length);
  bytes.copy(larger, 0, 0, Math.min(bytes.length, length));
  return larger;
}
