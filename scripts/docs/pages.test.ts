import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { duration, secret } from '../../src/config/fields.ts';
import { defineDataset } from '../../src/model/dataset.ts';
import { alertsPage } from './alerts-page.ts';
import { cliPage } from './cli-page.ts';
import { configurationPage } from './configuration-page.ts';
import { metricsPage } from './metrics-page.ts';
import { selfMetricsPage } from './self-metrics-page.ts';

describe('the page of metrics', () => {
  const dataset = defineDataset({
    name: 'visit',
    kind: 'event',
    help: 'Visits.',
    dimensions: { door: { help: 'a|b' }, guest: { help: 'Who.', label: false } },
    fields: { stay_seconds: { type: 'double', unit: 'seconds', help: 'How long.' } },
    derives: {
      visit_stay_seconds: {
        type: 'histogram',
        unit: 'seconds',
        help: 'Length of stay.',
        by: ['tenant'],
        of: 'stay_seconds',
        where: { door: ['front', 'back'] },
        buckets: [1, 60],
      },
    },
  });
  const page = metricsPage([dataset]);

  const lines: [string, string][] = [
    ['the stream', 'Stream `logs-octopus.visit-<namespace>`, event; at most 1000 series per tenant'],
    ['a dimension, with a bar escaped', '| `door` | a\\|b |'],
    ['a dimension that is no label', '| `guest` | Who. *Document only.* |'],
    ['a field', '| `stay_seconds` | double | seconds | How long. |'],
    [
      'a derived metric with what it counts',
      '| `visit_stay_seconds` | histogram | seconds | `tenant` | Length of stay. Only where `door` front or back. Buckets: 1, 60. |',
    ],
  ];
  for (const [what, line] of lines) {
    test(`shows ${what}`, () => assert.ok(page.includes(line), `${line}\nis not in\n${page}`));
  }
});

test('the page of own metrics shows labels and buckets', () => {
  const page = selfMetricsPage({
    b_total: { type: 'counter', help: 'B.', labels: ['x', 'y'] },
    a_seconds: { type: 'histogram', help: 'A.', labels: [], buckets: [1, 5] },
  });
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  assert.deepEqual(rows, [
    '| `a_seconds` | histogram | – | A. Buckets: 1, 5. |',
    '| `b_total` | counter | `x`, `y` | B. |',
  ]);
});

describe('the page of the configuration', () => {
  const schema = z.strictObject({
    poll: z.strictObject({ every: duration.prefault('15s'), key: secret }).prefault({ key: 'x' }),
    targets: z.array(z.strictObject({ name: z.string().describe('Its name.') })).default([]),
  });
  const meanings = { 'poll.every': 'How often.', 'poll.key': 'The key.', targets: 'What.' };

  test('has a row for each key, with form, default and meaning', () => {
    const page = configurationPage({ schema, meanings, example: 'poll: {}' });
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    assert.deepEqual(rows, [
      '| `poll.every` | duration | `"15s"` | How often. |',
      '| `poll.key` | secret | **required** | The key. |',
      '| `targets` | list of objects | `[]` | What. |',
      '| `targets[].name` | string | **required** | Its name. |',
    ]);
  });

  test('refuses a key without a meaning', () => {
    const source = { schema, meanings: { targets: 'What.' }, example: '' };
    assert.throws(() => configurationPage(source), /poll\.every has no meaning/);
  });

  test('refuses a meaning without a key', () => {
    const source = { schema, meanings: { ...meanings, 'poll.evry': 'Often.' }, example: '' };
    assert.throws(() => configurationPage(source), /no such configuration key: poll\.evry/);
  });
});

test('the page of the command line has every verb, also those of verbs', async () => {
  const page = await cliPage();
  const titles = page.split('\n').filter((line) => line.startsWith('## '));
  for (const verb of ['', ' run', ' test rules', ' config show'])
    assert.ok(titles.includes(`## octowatch${verb}`), `no section of octowatch${verb}`);
  assert.ok(page.includes('-c, --config <file>'));
});

describe('the page of alerts', () => {
  const pack = (extra: string): string => `
groups:
  - name: g
    rules:
      - record: a:b:sum
        expr: sum by (a) (b)
      - alert: Broken
        expr: up == 0
        for: 90s
        labels: { severity: page }
        annotations:
          summary: '{{ $labels.tenant }}: broken'
          action: Mend it.
          remedy: mender
          runbook_url: https://example.com/x/blob/main/docs/runbooks/broken.md${extra}`;

  test('tells each alert with expression, first action, remedy and a link to the runbook here', () => {
    const page = alertsPage([{ name: 'mine', text: pack('') }]);
    assert.ok(
      page.includes('| [Broken](#broken-page) | page | 1m30s | `mender` | `{{ $labels.tenant }}: broken` |'),
    );
    assert.ok(page.includes('### Broken, page\n\nAfter 1m30s. Mend it. Remedy: `mender`'));
    assert.ok(page.includes('[Runbook](../runbooks/broken.md)\n\n```promql\nup == 0\n```'));
    assert.ok(page.includes('`a:b:sum`:\n\n```promql\nsum by (a) (b)\n```'));
  });

  test('refuses a pack that does not parse', () => {
    assert.throws(
      () => alertsPage([{ name: 'mine', text: pack('\n        fro: 5m') }]),
      /mine:\d+:\d+: .*fro/,
    );
  });
});
