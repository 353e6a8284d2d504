import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { Remedy, Step } from '../model/plan.ts';
import { redactedRemedy } from './redacted-remedy.ts';
import { alert, healScene, MINUTE } from './testing/heal-scene.ts';

const SECRET = 'hunter2';
const redact = (text: string): string => text.replaceAll(SECRET, '***');
const STEP: Step = {
  id: 's1',
  remedy: 'fake',
  tenant: 'acme',
  description: `cancel ${SECRET}`,
  undo: `queue ${SECRET} again`,
  params: { taskId: SECRET },
};
const REMEDY: Remedy = {
  name: 'fake',
  plan: async () => ({ remedy: 'fake', alertKey: 'k1', tenant: 'acme', steps: [STEP] }),
  apply: async () => ({ status: 'applied', detail: `cancelled ${SECRET}` }),
  reconcile: async () => 'applied',
};

for (const [name, remedy, expected] of [
  ['a plan', { plan: () => Promise.reject(new Failure('not_found', `no ${SECRET}`)) }, 'no ***'],
  ['an outcome', {}, 'cancelled ***'],
  [
    'a refusal',
    { apply: () => Promise.reject(new Failure('rejected', `${SECRET} is not allowed`)) },
    'cancel ***: *** is not allowed',
  ],
  [
    'a failure that is looked up',
    {
      apply: () => Promise.reject(new Error(`lost ${SECRET}`)),
      reconcile: () => Promise.reject(new Failure('timeout', `no ${SECRET}`)),
    },
    'cancel ***: outcome unknown (no ***), not repeated',
  ],
] as const) {
  test(`the journal and the page show ${name} without secrets`, async () => {
    const database = new DatabaseSync(':memory:');
    const { healer, clock } = healScene({
      database,
      remedy: redactedRemedy({ ...REMEDY, ...remedy }, redact),
    });
    healer.update('g', [alert()]);
    await clock.advance(5 * MINUTE);
    const { detail = '' } = healer.status('k1') ?? {};
    assert.ok(detail.startsWith(expected), detail);
    const intents = database.prepare('SELECT * FROM heal_intents').all();
    const heals = database.prepare('SELECT * FROM heals').all();
    // What the step acts on stays: it is sent to the server and looked up there.
    const journal = JSON.stringify([intents, heals]).replaceAll(`\\"taskId\\":\\"${SECRET}\\"`, '');
    assert.doesNotMatch(journal, /hunter2/);
  });
}
