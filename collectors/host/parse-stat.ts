import { countOf, linesOf, wordsOf, malformed } from './parse-number.ts';

/** Ticks of USER_HZ a second; Linux tells 100 to all programs, whatever its own clock. */
const TICKS = 100;
/** As node_exporter names them, in the order of the file. */
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;

/** Seconds that processors spent, by mode. */
export type CpuTimes = Readonly<Record<string, number>>;

/** /proc/stat. Source: proc_stat(5). */
export interface KernelStat {
  readonly all: CpuTimes;
  /** By number. */
  readonly cpus: ReadonlyMap<string, CpuTimes>;
  readonly contextSwitches: number;
  /** Seconds since the epoch. */
  readonly bootTime: number;
  readonly forks: number;
  readonly running: number;
  readonly blocked: number;
}

/** @throws Failure `malformed` */
export function parseStat(text: string, file: string): KernelStat {
  const lines = new Map(linesOf(text).map((line) => [wordsOf(line)[0] ?? '', wordsOf(line).slice(1)]));
  const all = lines.get('cpu');
  if (all === undefined) throw malformed(file, text);
  const cpus = [...lines].filter(([name]) => /^cpu\d+$/.test(name));
  const single = (name: string): number => countOf(lines.get(name)?.[0], file);
  return {
    all: timesOf(all, file),
    cpus: new Map(cpus.map(([name, ticks]) => [name.slice(3), timesOf(ticks, file)])),
    contextSwitches: single('ctxt'),
    bootTime: single('btime'),
    forks: single('processes'),
    running: single('procs_running'),
    blocked: single('procs_blocked'),
  };
}

/** Old kernels have fewer modes. */
function timesOf(ticks: readonly string[], file: string): CpuTimes {
  const known = MODES.slice(0, ticks.length);
  return Object.fromEntries(known.map((mode, i) => [mode, countOf(ticks[i], file) / TICKS]));
}
