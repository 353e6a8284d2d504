import { ByteReader, type ByteWriter } from '../../model/byte-codec.ts';
import { readZigzags, writeZigzag } from './zigzag.ts';

/** Whole ms: the first, then by how much each step differs from the one before it. */
const STEPS = 0;
/** Times with fractions of a ms, as they are. */
const RAW = 1;

const MAX_TIME = 2 ** 50;

/** Appends rising times (ms since the epoch): a byte each where the steps hardly differ. */
export function encodeTimes(times: Float64Array, out: ByteWriter): void {
  if (!times.every((time) => Number.isInteger(time) && Math.abs(time) <= MAX_TIME)) {
    out.varint(RAW);
    for (let i = 0; i < times.length; i++) out.bits(times, i);
    return;
  }
  out.varint(STEPS);
  let before = 0;
  let step = 0;
  for (const [i, time] of times.entries()) {
    const change = time - before - step;
    writeZigzag(change, out);
    // From the epoch to the first time is no step.
    step = i === 0 ? 0 : step + change;
    before = time;
  }
}

/** Reads into all of `times` what `encodeTimes` wrote. @throws RangeError when it is not that */
export function decodeTimes(bytes: Uint8Array, times: Float64Array): void {
  const reader = new ByteReader(bytes);
  const kind = reader.varint();
  if (kind === RAW) for (let i = 0; i < times.length; i++) reader.bits(times, i);
  else if (kind === STEPS) decodeSteps(reader, times);
  else throw new RangeError('unknown encoding of times');
  if (reader.left > 0) throw new RangeError('times do not end where they should');
}

function decodeSteps(reader: ByteReader, times: Float64Array): void {
  const changes = reader.bytes(reader.left);
  if (readZigzags(changes, times) !== changes.length) throw new RangeError('more times than there should be');
  let time = 0;
  let step = 0;
  for (let i = 0; i < times.length; i++) {
    step += times[i] ?? 0;
    time += step;
    times[i] = time;
    if (i === 0) step = 0;
  }
}
