import { ByteWriter } from '../../../../src/model/byte-codec.ts';
import { decodeValues, encodeValues } from '../../../../src/store/chunks/value-codec.ts';
import type { Shape } from './paper-fleet.ts';

const SERIES = 500;
const SAMPLES = 480;
const ROUNDS = 5;
/** The system counts CPU time in steps of some ms. */
const TIMES = 20;

/** Values a CPU-second, before compression. */
export interface CodecSpeed {
  readonly encoded: number;
  readonly decoded: number;
}

/** Encodes and decodes series of 2 h at 15 s, some rounds of it, and takes the best: the first ones compile. */
export function codecSpeed(shapes: Readonly<Record<string, Shape>>): CodecSpeed {
  const all = Object.values(shapes).flatMap((shape) =>
    Array.from({ length: SERIES }, (_, index) =>
      Float64Array.from({ length: SAMPLES }, (_value, tick) => shape(index, tick)),
    ),
  );
  let best = { encoded: 0, decoded: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const { encoded, decoded } = oneRound(all);
    best = { encoded: Math.max(best.encoded, encoded), decoded: Math.max(best.decoded, decoded) };
  }
  return best;
}

function oneRound(all: readonly Float64Array[]): CodecSpeed {
  const out = new ByteWriter();
  const ends = [0];
  let bytes = out.view();
  const encoded = rate(all.length, () => {
    out.take();
    ends.length = 1;
    for (const values of all) {
      encodeValues(values, out);
      ends.push(out.length);
    }
    bytes = out.view();
  });
  const values = new Float64Array(SAMPLES);
  const decoded = rate(all.length, () => {
    for (let i = 0; i < all.length; i++) decodeValues(bytes.subarray(ends[i], ends[i + 1]), values);
  });
  return { encoded, decoded };
}

function rate(series: number, work: () => void): number {
  const before = process.threadCpuUsage();
  for (let time = 0; time < TIMES; time++) work();
  const { user, system } = process.threadCpuUsage(before);
  return Math.round((TIMES * series * SAMPLES) / ((user + system) / 1e6));
}
