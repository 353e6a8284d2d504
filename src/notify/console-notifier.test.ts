import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testIncident } from '../../test/fakes/incident.ts';
import type { Incident } from '../model/incident.ts';
import { createConsoleNotifier } from './console-notifier.ts';

const LINES: readonly (readonly [string, Partial<Incident>])[] = [
  ['PAGE acme: queue stuck 12m, 43 waiting', {}],
  ['TICKET acme: queue stuck 12m, 43 waiting', { severity: 'ticket' }],
  ['RESOLVED acme: queue stuck 12m, 43 waiting', { status: 'resolved' }],
  [
    'HEALING acme: queue stuck 12m, 43 waiting (at work: b)',
    { status: 'healing', heals: ['a', 'at work: b'] },
  ],
  ['PAGE acme: 43 waiting', { summary: '43 waiting' }],
  ['PAGE two lines [31m', { summary: 'two\nlines \u001b[31m', commonLabels: {} }],
];

for (const [expected, over] of LINES) {
  test(expected, async () => {
    const lines: string[] = [];
    const notifier = createConsoleNotifier({ write: (line) => void lines.push(line) });
    await notifier.notify(testIncident(over), new AbortController().signal);
    assert.deepEqual(lines, [expected]);
  });
}
