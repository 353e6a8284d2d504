import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createSilences } from '../../src/alerts/mute/create-silences.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { Log } from '../../src/model/ports.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import type { SilenceRequest } from '../../src/model/silence.ts';

// A process that changes silences until it is killed, and prints what it was told is done: `made ID` and `ended ID`.
const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
const database = new DatabaseSync(process.argv[2] ?? '');
const silences = createSilences({ database, clock, random: Math.random, log, metrics: NO_METRICS });
const alerts = Array.from({ length: 50 }, (_, i): Alert => ({
  key: `${i}`,
  group: 'g',
  labels: { a: `${i}` },
  annotations: {},
  state: 'firing',
  value: 1,
  activeAt: 0,
}));

function request(number: number): SilenceRequest {
  const matchers = [{ name: 'a', value: `${number % 50}|x`, isRegex: true, isEqual: true }];
  return { matchers, startsAt: Date.now(), endsAt: Date.now() + 3_600_000, createdBy: 'jo', comment: '' };
}

for (let number = 0; ; number++) {
  const { id } = silences.put(request(number));
  writeSync(1, `made ${id}\n`);
  silences.settle(alerts);
  const successor = silences.put({ ...request(number + 1), id });
  writeSync(1, `ended ${id}\nmade ${successor.id}\n`);
}
