import { countOf, linesOf, malformed, wordsOf } from './parse-number.ts';
import { splitPair } from './parse-pressure.ts';

const SECTOR_BYTES = 512;

/** A disk since the boot: counts, bytes and seconds. */
export interface DiskStat {
  /** `254:0`. */
  readonly number: string;
  readonly device: string;
  readonly reads: number;
  readonly readBytes: number;
  readonly readSeconds: number;
  readonly writes: number;
  readonly writtenBytes: number;
  readonly writeSeconds: number;
  readonly inFlight: number;
  readonly busySeconds: number;
  readonly weightedSeconds: number;
}

/** /proc/diskstats. Source: kernel.org/doc/html/latest/admin-guide/iostats.html. @throws Failure `malformed` */
export function parseDiskstats(text: string, file: string): DiskStat[] {
  return linesOf(text).map((line) => {
    const [major = '', minor = '', device, ...fields] = wordsOf(line);
    if (device === undefined || fields.length < 11) throw malformed(file, line);
    const at = (i: number): number => countOf(fields[i], file);
    return {
      number: `${major}:${minor}`,
      device,
      reads: at(0),
      readBytes: at(2) * SECTOR_BYTES,
      readSeconds: at(3) / 1000,
      writes: at(4),
      writtenBytes: at(6) * SECTOR_BYTES,
      writeSeconds: at(7) / 1000,
      inFlight: at(8),
      busySeconds: at(9) / 1000,
      weightedSeconds: at(10) / 1000,
    };
  });
}

/**
 * A cgroup's io.stat: `254:0 rbytes=1 wbytes=2 rios=3 wios=4 …` by the device's number; a device may have a number alone.
 * @throws Failure `malformed`
 */
export function parseIoStat(text: string, file: string): Map<string, ReadonlyMap<string, number>> {
  return new Map(
    linesOf(text).map((line) => {
      const [number = '', ...pairs] = wordsOf(line);
      if (!/^\d+:\d+$/.test(number)) throw malformed(file, line);
      const values = pairs.map(splitPair).map(([key, value]) => [key, countOf(value, file)] as const);
      return [number, new Map(values)];
    }),
  );
}

/** What came in, or went out, since the interface was made. */
export interface Traffic {
  readonly bytes: number;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
}

export interface InterfaceStat {
  readonly device: string;
  readonly received: Traffic;
  readonly sent: Traffic;
}

/** /proc/net/dev: two lines of headings, then `eth0: ` and 16 counts. Source: proc_pid_net(5). @throws Failure `malformed` */
export function parseNetDev(text: string, file: string): InterfaceStat[] {
  const [, heading, ...lines] = linesOf(text);
  if (heading?.includes('|bytes') !== true) throw malformed(file, text);
  return lines.map((line) => {
    // The name of an alias has a colon in it.
    const end = line.lastIndexOf(':');
    const fields = wordsOf(line.slice(end + 1));
    if (end < 0 || fields.length < 16) throw malformed(file, line);
    const from = (i: number): Traffic => ({
      bytes: countOf(fields[i], file),
      packets: countOf(fields[i + 1], file),
      errors: countOf(fields[i + 2], file),
      dropped: countOf(fields[i + 3], file),
    });
    return { device: line.slice(0, end).trim(), received: from(0), sent: from(8) };
  });
}
