import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { silentLog } from '../../../test/fakes/silent-log.ts';
import { formatLabels } from '../../model/labels.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { MemorySeries } from '../../promql/memory-series.ts';
import { parseRuleFile } from '../../ruler/parse-rule-file.ts';
import type { RuleGroup } from '../../ruler/rule.ts';
import { createRuler } from '../../ruler/ruler.ts';
import { createSampleWriters } from '../../ruler/sample-writers.ts';
import { createMemoryAlertState, type SavedAlert } from '../../ruler/saved-alert.ts';
import { InputSeries } from '../input-series.ts';
import { SteppedClock } from '../stepped-clock.ts';
import { replayHistory, replayRules, type Replay } from './replay-rules.ts';

const MINUTE = 60_000;
const START = 1_700_000_000_000;

/** Values by series, a letter or number a minute, as promtool writes them. */
type Inputs = Readonly<Record<string, string>>;

function groupsOf(text: string): readonly RuleGroup[] {
  const { groups, problems } = parseRuleFile(text, 'r.yml');
  assert.deepEqual(problems, []);
  return groups;
}

function lineOf({ rule, labels, state, activeAt, firedAt, annotations }: SavedAlert): string {
  const minute = (time: number | undefined): string =>
    time === undefined ? '-' : String((time - START) / MINUTE);
  return `${rule}${formatLabels(labels)} ${state} ${minute(activeAt)} ${minute(firedAt)} ${annotations['summary'] ?? ''}`;
}

/** The alerts at each minute, as the ruler has them when it evaluates every minute. */
function bySteps(groups: readonly RuleGroup[], inputs: Inputs, minutes: number): string[][] {
  const series = new MemorySeries();
  const input = new InputSeries(series, MINUTE, START);
  for (const [name, values] of Object.entries(inputs)) input.add(name, values);
  const clock = new SteppedClock(START);
  const ruler = createRuler({
    reader: series,
    writers: createSampleWriters((samples) => series.append(samples)),
    refreshMs: Number.POSITIVE_INFINITY,
    restoreGraceMs: 0,
    clock,
    sink: { update() {} },
    evidence: { missingSince: () => undefined, missing: () => [], wasRead: () => undefined },
    store: createMemoryAlertState(),
    externalLabels: {},
    redact: (text) => text,
    defaultIntervalMs: MINUTE,
    log: silentLog,
    metrics: NO_METRICS,
  });
  ruler.load(groups);
  return Array.from({ length: minutes }, (_, minute) => {
    const now = START + minute * MINUTE;
    clock.set(now);
    input.advance(now);
    for (const { id } of ruler.status()) ruler.evaluateGroup(id, now);
    return ruler.alerts().map(lineOf).toSorted();
  });
}

/** The same by the replay. */
async function byReplay(
  groups: readonly RuleGroup[],
  inputs: Inputs,
  minutes: number,
  blockMs: number,
): Promise<{ alerts: string[][]; replay: Replay }> {
  const series = new MemorySeries();
  const input = new InputSeries(series, MINUTE, START);
  for (const [name, values] of Object.entries(inputs)) input.add(name, values);
  input.advance(START + minutes * MINUTE);
  const { signal } = new AbortController();
  const replay = replayRules({
    groups,
    start: START,
    end: START + (minutes - 1) * MINUTE,
    stepMs: MINUTE,
    blockMs,
    externalLabels: {},
    externalUrl: '',
    signal,
  });
  const current = new Map<string, readonly SavedAlert[]>();
  const alerts: string[][] = [];
  for await (const { range, events } of replayHistory(replay, { fetch: async () => series }, signal)) {
    for (let at = range.start; at < range.start + range.count * range.step; at += range.step) {
      for (const event of events.filter((each) => each.at === at)) current.set(event.rule, event.alerts);
      alerts.push([...current.values()].flat().map(lineOf).toSorted());
    }
  }
  return { alerts, replay };
}

const RULES = `
groups:
  - name: first
    rules:
      - alert: SeesLaterRecording
        expr: later:x > 3
        annotations: { summary: '{{ $labels.tenant }}: {{ $value }}' }
      - alert: SeesLaterAlert
        expr: max_over_time(ALERTS{alertname="Up", alertstate="firing"}[3m]) > 0
      - record: tenant:x:sum
        expr: sum by (tenant) (x)
      - alert: Up
        expr: tenant:x:sum > 4
        for: 2m
        keep_firing_for: 1m
        labels: { severity: page }
        annotations: { summary: '{{ $labels.tenant }} at {{ $value }}, {{ with query "count(x)" }}{{ . | first | value }}{{ end }} series' }
      - alert: Quiet
        expr: x == 0 unless on (tenant) ALERTS{alertname="Up", alertstate="firing"}
  - name: second
    rules:
      - record: later:x
        expr: x + 1
      - alert: Sticky
        expr: x > 7 or (x > 5 and on (tenant) ALERTS{alertname="Sticky", alertstate="firing"})
        annotations: { summary: '{{ $labels.tenant }}' }
      - alert: Gone
        expr: absent(x{tenant="a"})
`;

describe('a replay has the alerts of the ruler', () => {
  test('on a written story, whatever the blocks', async () => {
    const inputs = {
      'x{tenant="a"}': '0 5 5 5 5 2 8 6 6 6 4 stale _ _ _ _ _ 0 9x3',
      'x{tenant="b"}': '1x4 6 8 6 6 5 0x9',
    };
    const expected = bySteps(groupsOf(RULES), inputs, 20);
    assert.ok(
      new Set(expected.flat().map((line) => line.split('{')[0])).size === 6,
      'every rule has its turn',
    );
    for (const block of [1, 2, 7, 100]) {
      const { alerts, replay } = await byReplay(groupsOf(RULES), inputs, 20, block * MINUTE);
      assert.deepEqual(alerts, expected, `blocks of ${block} minutes`);
      assert.deepEqual([replay.leftOut, replay.failed], [[], []]);
    }
  });

  test('on any story', async () => {
    const value = fc.constantFrom('0', '1', '4', '5', '6', '8', '_', 'stale', 'NaN');
    const values = fc.array(value, { minLength: 1, maxLength: 30 }).map((all) => all.join(' '));
    await fc.assert(
      fc.asyncProperty(values, values, fc.integer({ min: 1, max: 12 }), async (a, b, block) => {
        const inputs = { 'x{tenant="a"}': a, 'x{tenant="b"}': b };
        const expected = bySteps(groupsOf(RULES), inputs, 35);
        const { alerts } = await byReplay(groupsOf(RULES), inputs, 35, block * MINUTE);
        assert.deepEqual(alerts, expected);
      }),
      { numRuns: 60 },
    );
  });
});
