import assert from 'node:assert/strict';
import type { Alert } from '../../model/alert.ts';
import type { Labels } from '../../model/labels.ts';
import type { Log } from '../../model/ports.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { evaluateInstant } from '../../promql/evaluate.ts';
import { MemorySeries } from '../../promql/memory-series.ts';
import { parseExpression } from '../../promql/parser.ts';
import { parseRuleFile } from '../parse-rule-file.ts';
import type { RuleGroup } from '../rule.ts';
import type { RulerOptions } from '../ruler.ts';
import { createSampleWriters } from '../sample-writers.ts';
import { createMemoryAlertState, type AlertStateStore } from '../saved-alert.ts';

export const MINUTE = 60_000;
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** The group `g`, evaluated every minute, of rules written as YAML. */
export function groupsOf(...rules: readonly string[]): readonly RuleGroup[] {
  const text = [
    'groups:',
    '  - name: g',
    '    interval: 1m',
    '    rules:',
    ...rules.map((rule) => `      - ${rule}`),
  ].join('\n');
  const { groups, problems } = parseRuleFile(text, 'rules.yml');
  assert.deepEqual(problems, []);
  return groups;
}

/** A ruler over series in memory; what the poll of `m` sees is set by hand, minute by minute. */
export class RulerBench {
  readonly series = new MemorySeries();
  readonly clock = new VirtualClock();
  readonly missing = new Map<string, number>();
  readonly updates: { group: string; alerts: readonly Alert[] }[] = [];
  /** What was read since the start, by tenant. */
  readonly wasRead = new Map<string, boolean>();
  readonly store: AlertStateStore;
  readonly options: RulerOptions;

  constructor(store: AlertStateStore = createMemoryAlertState(), overrides: Partial<RulerOptions> = {}) {
    this.store = store;
    this.options = {
      reader: this.series,
      writers: createSampleWriters((samples) => this.series.append(samples)),
      clock: this.clock,
      sink: { update: (group, alerts) => this.updates.push({ group, alerts }) },
      evidence: {
        missingSince: (_, tenant) => this.missing.get(tenant),
        missing: () => this.missing.keys(),
        wasRead: (_, tenant) => this.wasRead.get(tenant),
      },
      store,
      externalLabels: {},
      redact: (text) => text,
      defaultIntervalMs: MINUTE,
      log: SILENT,
      metrics: NO_METRICS,
      ...overrides,
    };
  }

  /** A sample of `m`, or a stale marker. */
  set(time: number, value: number | 'stale', labels: Labels = { tenant: 'a' }): void {
    const stale = value === 'stale';
    this.series.append([{ labels: { __name__: 'm', ...labels }, time, value: stale ? 0 : value, stale }]);
  }

  /** The value of an expression's only element; undefined when there is none. */
  query(text: string, time: number): number | undefined {
    const value = evaluateInstant(parseExpression(text), { reader: this.series, time });
    return value.type === 'vector' ? value.values[0] : undefined;
  }
}
