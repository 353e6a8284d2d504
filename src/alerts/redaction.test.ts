import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import { alert, MINUTE, scene, working } from './testing/scene.ts';
import { NOTHING_FOLDED } from './testing/undisturbed.ts';

const SECRET = 'hunter2';
const redact = (text: string): string => text.replaceAll(SECRET, '***');
const route = { receiver: 'oncall', group_by: ['alertname', 'node'], group_wait: 0 };
const leaky = alert('acme', {
  labels: { alertname: 'A', tenant: 'acme', severity: 'page', node: `node ${SECRET}` },
  annotations: { summary: `acme: ${SECRET} is down`, action: `log in with ${SECRET}` },
});

function stored(database: DatabaseSync): string {
  return JSON.stringify(database.prepare('SELECT * FROM notifications').all());
}

test('no secret of an alert or a heal reaches a receiver or the journal', async () => {
  const database = new DatabaseSync(':memory:');
  const { dispatcher, clock, incidents, heals } = scene({ database, route, redact });
  heals.set(leaky.key, { ...working(leaky.key, clock.now() + MINUTE), detail: `cancel ${SECRET}` });
  dispatcher.update('octopus', [leaky]);
  await clock.advance(2 * MINUTE);
  assert.deepEqual(
    incidents.map(({ status }) => status),
    ['healing', 'firing', 'firing'],
  );
  assert.doesNotMatch(JSON.stringify(incidents), /hunter2/);
  assert.equal(incidents.at(-1)?.summary, 'acme: *** is down');
  assert.deepEqual(incidents.at(-1)?.groupLabels, { alertname: 'A', node: 'node ***' });
  assert.doesNotMatch(stored(database), /hunter2/);
});

test('incidents that differ in a secret are two, and a restart resolves each as itself', async () => {
  const database = new DatabaseSync(':memory:');
  const first = scene({ database, route, redact });
  const other = { ...leaky, key: 'other', labels: { ...leaky.labels, node: 'node ***' } };
  first.dispatcher.update('octopus', [leaky, other]);
  await first.clock.advance(1000);
  const keys = new Set(first.incidents.map(({ key }) => key));
  assert.equal(keys.size, 2);
  first.stop.abort();
  await first.ended;

  const second = scene({ database, route, redact, clock: first.clock });
  second.dispatcher.settled();
  await second.clock.advance(1000);
  assert.ok(second.incidents.every(({ status }) => status === 'resolved'));
  assert.deepEqual(new Set(second.incidents.map(({ key }) => key)), keys);
});

test('what a receiver answers is shown without secrets', async () => {
  const { dispatcher, clock, answers } = scene({ route, redact });
  answers.push(new Failure('server_error', `PagerDuty answered 500: bad ${SECRET}`));
  dispatcher.update('octopus', [leaky]);
  await clock.advance(10);
  const errors = dispatcher.incidents().flatMap(({ error }) => error ?? []);
  assert.deepEqual(errors, ['PagerDuty answered 500: bad ***']);
});

test('what is told with others, and what is noted, is without secrets', async () => {
  const database = new DatabaseSync(':memory:');
  const storm = { ...NOTHING_FOLDED.storm, enabled: true, minTenants: 2 };
  const over = {
    folds: { ...NOTHING_FOLDED, storm },
    fleet: () =>
      new Map([
        ['a', {}],
        ['b', {}],
      ]),
  };
  const { dispatcher, clock, incidents } = scene({ database, route, redact, over });
  dispatcher.settled();
  const victims = ['a', 'b'].map((tenant) => {
    return { ...leaky, key: tenant, labels: { ...leaky.labels, tenant, node: tenant } };
  });
  dispatcher.update('octopus', victims.slice(0, 1));
  await clock.advance(MINUTE);
  dispatcher.update('octopus', victims);
  await clock.advance(10 * MINUTE);
  assert.ok(
    incidents.some(({ details }) => details.notes.some((note) => note.startsWith('merged into 2 of 2'))),
  );
  assert.doesNotMatch(JSON.stringify(incidents), /hunter2/);
  assert.doesNotMatch(stored(database), /hunter2/);
  assert.doesNotMatch(JSON.stringify(database.prepare('SELECT * FROM folding_states').all()), /hunter2/);
  assert.doesNotMatch(JSON.stringify(database.prepare('SELECT * FROM incidents').all()), /hunter2/);
});

test('a secret that would be cut in half is gone before anything is cut', async () => {
  const storm = { ...NOTHING_FOLDED.storm, enabled: true, minTenants: 2 };
  const long = `${'s'.repeat(100)}tail`;
  const fleet = new Map(['a', 'b'].map((tenant) => [tenant, {}]));
  const over = { folds: { ...NOTHING_FOLDED, storm }, fleet: () => fleet };
  const hide = (text: string): string => text.replaceAll(long, '***');
  const { dispatcher, clock, incidents } = scene({
    route: { receiver: 'oncall', group_wait: 0 },
    redact: hide,
    over,
  });
  dispatcher.settled();
  const annotations = { summary: `cannot log in with ${long}`, action: `ask why ${long}` };
  const victims = ['a', 'b'].map((tenant) => alert(tenant, { annotations }));
  dispatcher.update('octopus', victims.slice(0, 1));
  await clock.advance(MINUTE);
  dispatcher.update('octopus', victims);
  await clock.advance(10 * MINUTE);
  assert.ok(incidents.some(({ summary }) => summary.includes('2 of 2 tenants')));
  assert.doesNotMatch(JSON.stringify(incidents), /sss/);
});

test('an annotation with a stack trace is its first line, on all ways', async () => {
  const trace =
    'boom\r\n   at Octopus.Core.Store`1.Load[T](String id) in C:\\b\\Store.cs:line 7\r\n   at Main()';
  const { dispatcher, clock, incidents, heals } = scene({ route });
  const broken = alert('acme', {
    annotations: { summary: `acme: ${trace}`, action: trace, description: trace },
  });
  heals.set(broken.key, {
    ...working(broken.key, 0),
    state: 'failed',
    detail: `cancel ServerTasks-1: ${trace}`,
  });
  dispatcher.update('octopus', [broken]);
  await clock.advance(MINUTE);
  const [incident] = incidents;
  assert.equal(incident?.summary, 'acme: boom');
  assert.equal(incident.details.action, 'boom');
  assert.deepEqual(incident.heals, ['octopus-task-cancel did not help: cancel ServerTasks-1: boom']);
  assert.doesNotMatch(JSON.stringify(incidents), /Store|Main/);
});
