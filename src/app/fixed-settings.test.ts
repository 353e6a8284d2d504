import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warnOfFixedSettings } from './fixed-settings.ts';
import { configOf, recordingLog } from './testing/recording.ts';

const cases: readonly [after: string, keys: readonly string[]][] = [
  ['', []],
  ['heal: { page_after: 1m }', []],
  ['collectors: { octopus-api: { interval: 1s } }', []],
  ['fleet: { instances: [{ tenant: a }] }', []],
  ['data_dir: other', ['data_dir']],
  ['web: { listen: "127.0.0.1:1" }\nnamespace: prod', ['namespace', 'web']],
  ['rules: { interval: 1s }', ['rules.interval']],
  [
    'collectors: { octopus-server-log: { read_from: beginning } }',
    ['collectors.octopus-server-log.read_from'],
  ],
];
for (const [after, keys] of cases) {
  test(`of ${JSON.stringify(after)} a restart is needed for ${keys.length === 0 ? 'nothing' : keys.join(', ')}`, () => {
    const entries: string[] = [];
    warnOfFixedSettings(configOf(''), configOf(after), recordingLog(entries));
    assert.deepEqual(
      entries,
      keys.map((key) => `warn a changed setting needs a restart key=${key}`),
    );
  });
}
