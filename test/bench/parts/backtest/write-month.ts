import { NO_METRICS } from '../../../../src/model/self-metrics.ts';
import { VirtualClock } from '../../../../src/model/virtual-clock.ts';
import { openChunks, type Chunks } from '../../../../src/store/chunks/chunks.ts';
import { systemDisk } from '../../../../src/system/system-disk.ts';
import { silentLog } from '../../../fakes/silent-log.ts';
import { PaperMonth } from './paper-month.ts';

const MINUTE = 60_000;
const CUT_MS = 120 * MINUTE;

/** History of a fleet on paper in files as the agent keeps them; returns it open. */
export async function writeMonth(
  directory: string,
  tenants: number,
  start: number,
  days: number,
  signal: AbortSignal,
): Promise<Chunks> {
  // As samples are cut when they are 2 min old, cuts of 2 h begin and end where files do.
  const clock = new VirtualClock(start + 2 * MINUTE - 1);
  const source = new PaperMonth(tenants, start);
  const chunks = await openChunks({
    clock,
    disk: systemDisk,
    directory,
    log: silentLog,
    metrics: NO_METRICS,
    retention: () => ({ keepMs: 1e12 }),
    maxSamples: 1e9,
  });
  for (const until = clock.now() + days * 24 * 60 * MINUTE; clock.now() < until;) {
    await clock.advance(CUT_MS);
    await chunks.cut(source, signal);
    await chunks.tidy(signal);
  }
  return chunks;
}
