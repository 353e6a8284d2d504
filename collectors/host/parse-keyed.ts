import { countOf, linesOf, wordsOf } from './parse-number.ts';

/**
 * `key value` lines: cpu.stat, memory.stat, memory.events, /proc/vmstat. Values that are no counts (`max`) are left out.
 * Source: kernel.org/doc/html/latest/admin-guide/cgroup-v2.html, "flat keyed".
 */
export function parseKeyed(text: string, file: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of linesOf(text)) {
    const [key = '', value] = wordsOf(line);
    if (value !== 'max') values.set(key, countOf(value, file));
  }
  return values;
}

/** /proc/meminfo in bytes: `MemTotal:  49368168 kB`; counts without a unit (`HugePages_Total`) as they are. */
export function parseMeminfo(text: string, file: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of linesOf(text)) {
    const [key = '', value, unit] = wordsOf(line);
    values.set(key.replace(/:$/, ''), countOf(value, file) * (unit === 'kB' ? 1024 : 1));
  }
  return values;
}
