import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { alert, healScene as scene, MINUTE } from './testing/heal-scene.ts';

test('not armed: plans, calls nothing, holds nothing', async () => {
  const { healer, calls } = scene({ armed: false });
  healer.update('g', [alert()]);
  await healer.idle();
  assert.equal(healer.status('k1')?.state, 'planned');
  assert.match(healer.status('k1')?.detail ?? '', /would cancel ServerTasks-1 \(not armed\)/);
  assert.deepEqual(calls, []);
});

test('armed: the page is held at once, the heal acts once and is healed when the alert resolves', async () => {
  const { healer, clock, calls, changes } = scene();
  healer.update('g', [alert()]);
  assert.equal(healer.status('k1')?.state, 'working');
  assert.equal(healer.status('k1')?.pageAt, 5 * MINUTE);
  await clock.advance(15_000);
  healer.update('g', [alert()]);
  await clock.advance(15_000);
  healer.update('g', [alert({ state: 'resolved', resolvedAt: clock.now() })]);
  await healer.idle();
  assert.deepEqual(calls, ['apply acme']);
  assert.equal(healer.status('k1')?.state, 'healed');
  assert.deepEqual(changes, [30_000]);
});

test('a symptom that stays ends the heal as failed, and says what was tried', async () => {
  const { healer, clock } = scene();
  healer.update('g', [alert()]);
  await clock.advance(2 * MINUTE);
  await healer.idle();
  assert.equal(healer.status('k1')?.state, 'failed');
  assert.equal(healer.status('k1')?.detail, 'cancel ServerTasks-1; still firing 2m later');
});

test('nothing to act on is a failure, never everything', async () => {
  const { healer } = scene({
    remedy: { plan: () => Promise.reject(new Failure('not_found', 'no stuck task on acme')) },
  });
  healer.update('g', [alert()]);
  await healer.idle();
  assert.deepEqual(
    [healer.status('k1')?.state, healer.status('k1')?.detail],
    ['failed', 'no stuck task on acme'],
  );
});

test('an answer that got lost is looked up, not repeated', async () => {
  const looked: string[] = [];
  const { healer, clock } = scene({
    remedy: {
      apply: () => Promise.reject(new Failure('network', 'connection reset')),
      reconcile: (intent) => {
        looked.push(intent.step.tenant);
        return Promise.resolve('unknown');
      },
    },
  });
  healer.update('g', [alert()]);
  await clock.advance(1);
  await healer.idle();
  assert.deepEqual(looked, ['acme']);
  assert.match(healer.status('k1')?.detail ?? '', /outcome unknown \(connection reset\), not repeated/);
});

test('the guard refuses a storm, stale evidence, a missing tenant and a second heal within the cooldown', async () => {
  const storm = scene();
  const tenants = ['a', 'b', 'c'].map((tenant) => alert({ key: tenant, labels: { alertname: 'X', tenant } }));
  storm.healer.update('g', tenants);
  assert.deepEqual(
    tenants.map(({ key }) => storm.healer.status(key)?.state),
    ['refused', 'refused', 'refused'],
  );
  storm.healer.update('g', [alert({ key: 'stale', heldSince: 1 }), alert({ key: 'nobody', labels: {} })]);
  assert.match(storm.healer.status('stale')?.detail ?? '', /missing/);
  assert.match(storm.healer.status('nobody')?.detail ?? '', /no tenant/);

  const { healer, clock } = scene();
  healer.update('g', [alert()]);
  await clock.advance(MINUTE);
  healer.update('g', [alert({ state: 'resolved' })]);
  await healer.idle();
  healer.update('g', [alert({ firedAt: clock.now() })]);
  assert.equal(healer.status('k1')?.state, 'refused');
  assert.match(healer.status('k1')?.detail ?? '', /acted on less than 10m ago/);
});

test('killed between intent and outcome: the next process reconciles, and keeps the clock of the held page', async () => {
  const database = new DatabaseSync(':memory:');
  const clock = new VirtualClock();
  const first = scene({ database, clock, remedy: { apply: () => new Promise(() => {}) } });
  first.healer.update('g', [alert()]);
  await clock.advance(1000);
  first.stop.abort();

  const second = scene({ database, clock });
  second.healer.resume();
  assert.equal(second.healer.status('k1')?.pageAt, 5 * MINUTE);
  await clock.advance(1);
  second.healer.update('g', [alert()]);
  assert.deepEqual(second.calls, ['look acme']);
  second.healer.update('g', [alert({ state: 'resolved' })]);
  await second.healer.idle();
  assert.equal(second.healer.status('k1')?.state, 'healed');
});

test('killed before the intent: nothing was done, so the next process begins again', async () => {
  const database = new DatabaseSync(':memory:');
  const clock = new VirtualClock();
  const first = scene({ database, clock, remedy: { plan: () => new Promise(() => {}) } });
  first.healer.update('g', [alert()]);
  first.stop.abort();

  const second = scene({ database, clock });
  second.healer.resume();
  second.healer.update('g', [alert()]);
  await clock.advance(1);
  assert.deepEqual(second.calls, ['apply acme']);
});

test('a heal that ended is told to a tracing system, from its beginning to its end', async () => {
  const { healer, clock, spans } = scene();
  healer.update('g', [alert()]);
  await clock.advance(MINUTE);
  assert.deepEqual(spans, []);
  healer.update('g', [alert({ state: 'resolved' })]);
  await healer.idle();
  const attributes = {
    tenant: 'acme',
    remedy: 'fake',
    alertname: 'OctopusSchedulerStalled',
    outcome: 'healed',
  };
  assert.deepEqual(spans, [{ name: 'heal fake', startedAt: 0, endedAt: MINUTE, attributes }]);
});
