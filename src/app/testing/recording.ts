import { loadConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import type { Log } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';

/** A configuration from its text. */
export function configOf(text: string): Config {
  return loadConfig('octowatch.yml', text, { env: {}, readFile: () => '' });
}

/** A log that keeps its entries as `level message field=value …`. */
export function recordingLog(entries: string[]): Log {
  const keep = (level: string) => (fields: object, message: string) => {
    const pairs = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
    entries.push([level, message, ...pairs].join(' '));
  };
  const log: Log = {
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
    child: () => log,
  };
  return log;
}

/** Metrics that keep the last value of each series as `name{label=value}`. */
export function recordingMetrics(series: Map<string, number>): SelfMetrics {
  const keyOf = (name: string, labels: Readonly<Record<string, string>> = {}): string =>
    `${name}{${Object.entries(labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(',')}}`;
  return {
    increment(name, labels, by = 1) {
      const key = keyOf(name, labels);
      series.set(key, (series.get(key) ?? 0) + by);
    },
    set: (name, value, labels) => void series.set(keyOf(name, labels), value),
    observe() {},
  };
}
