import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { SteppedClock } from '../src/backtest/stepped-clock.ts';
import { NO_METRICS } from '../src/model/self-metrics.ts';
import { MemorySeries } from '../src/promql/memory-series.ts';
import { parseValues } from '../src/promql/series-notation.ts';
import { parseRuleFile } from '../src/ruler/parse-rule-file.ts';
import { createRuler } from '../src/ruler/ruler.ts';
import { createSampleWriters } from '../src/ruler/sample-writers.ts';
import { createMemoryAlertState } from '../src/ruler/saved-alert.ts';
import { silentLog } from '../test/fakes/silent-log.ts';

/** Probes and evaluations as the configuration has them where it says nothing else. */
const INTERVAL_MS = 15_000;
const { groups } = parseRuleFile(readFileSync(`${import.meta.dirname}/octopus.yml`, 'utf8'), 'octopus.yml');

/** The pages of an hour of good probes, the given ones, and an hour of good ones again, in order. */
function pagesOf(probes: string): string[] {
  const series = new MemorySeries();
  const clock = new SteppedClock(0);
  const pages = new Map<string, string>();
  const ruler = createRuler({
    reader: series,
    writers: createSampleWriters((samples) => series.append(samples)),
    clock,
    sink: {
      update: (_, alerts) => {
        for (const { key, labels, annotations, activeAt } of alerts)
          if (labels['severity'] === 'page') pages.set(`${key} ${activeAt}`, annotations['summary'] ?? '');
      },
    },
    evidence: { missingSince: () => undefined, missing: () => [], wasRead: () => undefined },
    store: createMemoryAlertState(),
    externalLabels: {},
    redact: (text) => text,
    defaultIntervalMs: INTERVAL_MS,
    log: silentLog,
    metrics: NO_METRICS,
  });
  ruler.load(groups.filter(({ name }) => name === 'octopus-availability'));
  for (const [index, value] of parseValues(`1x239 ${probes} 1x239`).entries()) {
    const now = index * INTERVAL_MS;
    clock.set(now);
    series.load({ __name__: 'octopus_ping_up', tenant: 'acme' }, [value], INTERVAL_MS, now);
    ruler.evaluateGroup('octopus-availability', now);
  }
  return [...pages.values()];
}

describe('probes that are lost at 15 s apart', () => {
  const down = 'acme: down, no answer to any probe for 2m';
  const cases: [what: string, probes: string, ...pages: RegExp[]][] = [
    ['one wakes nobody', '0'],
    ['two in a row wake nobody', '0 0'],
    ['two, minutes apart, wake nobody', '0 1x10 0'],
    ['a blip of 45 s wakes nobody', '0 0 0'],
    ['a restart of 105 s wakes nobody', '0x6'],
    ['two blips more than an hour apart wake nobody', '0 0 1x240 0 0'],
    ['an outage of 2m pages once, as an outage', '0x8', new RegExp(down)],
    ['a long outage pages once', '0x40', new RegExp(down)],
    [
      'flapping pages once',
      '0 0 0 1x11 0 0 0 1x11 0 0 0 1x11 0 0',
      /^acme: up and down, 4\.6% of probes lost/,
    ],
    ['flapping every ten minutes pages once', '0 0 1x39 0 0 1x39 0 0 1x39 0 0', /^acme: up and down/],
    ['two short outages within minutes page', '0 0 0 1x20 0 0 0', /^acme: up and down/],
    ['single probes lost every few minutes page', '0 1x19 0 1x19 0', /^acme: up and down/],
    ['a blip after an outage is not a second page', '0x8 1x20 0 0 0', new RegExp(down)],
    ['two outages are two pages', '0x8 1x40 0x8', new RegExp(down), new RegExp(down)],
  ];
  for (const [what, probes, ...expected] of cases) {
    test(what, () => {
      const pages = pagesOf(probes);
      assert.equal(pages.length, expected.length, pages.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(pages[index] ?? '', pattern);
    });
  }
});
