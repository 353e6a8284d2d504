import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createClients } from './clients.ts';
import { listedInstances } from './fleet-sources.ts';
import { configOf, recordingLog } from './testing/recording.ts';

function fleet(...instances: object[]): ReturnType<typeof configOf> {
  return configOf(JSON.stringify({ fleet: { instances } }));
}

const acme = { tenant: 'acme', url: 'http://a', api_key: 'K1' };

test('a client is kept while its instance is the same, and dropped with it', () => {
  const http = (): never => assert.fail('nothing is asked');
  const clients = createClients({
    http,
    clock: new VirtualClock(),
    random: () => 0,
    log: recordingLog([]),
    metrics: NO_METRICS,
  });
  const configure = (config: ReturnType<typeof configOf>): void =>
    clients.configure(config, listedInstances(config));
  configure(fleet(acme, { tenant: 'tailed' }));
  const first = clients.get('acme');
  configure(fleet({ tenant: 'new', url: 'http://n', api_key: 'K' }, acme));
  assert.equal(clients.get('acme'), first, 'its budget of requests goes on');
  configure(fleet({ ...acme, api_key: 'K2' }));
  assert.notEqual(clients.get('acme'), first, 'a new key is used at once');
  assert.equal(clients.find('new'), undefined);
  assert.throws(() => clients.get('new'), {
    reason: 'invalid',
    message: 'tenant new is no instance with a url',
  });
  assert.equal(clients.find('tailed'), undefined);
});
