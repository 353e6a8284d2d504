import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { Outcome, Remedy, Step } from '../model/plan.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { HealJournal } from './heal-journal.ts';
import { applySteps, settleSteps, type StepRun } from './run-steps.ts';

type Answer = Outcome['status'] | 'never' | Failure;
type Found = 'applied' | 'absent' | 'unknown' | Failure;

interface Scene extends StepRun {
  readonly clock: VirtualClock;
  readonly calls: string[];
  readonly stop: AbortController;
  readonly over: AbortController;
}

function step(id: string): Step {
  return { id, remedy: 'r', tenant: 'acme', description: `cancel ${id}`, undo: 'none', params: {} };
}

function scene(answers: Answer[], found: Found[] = [], isArmed: () => boolean = () => true): Scene {
  const calls: string[] = [];
  const [stop, over] = [new AbortController(), new AbortController()];
  const remedy: Remedy = {
    name: 'r',
    plan: () => Promise.reject(new Error('not asked')),
    apply({ id }) {
      calls.push(`apply ${id}`);
      const answer = answers.shift() ?? 'applied';
      if (answer === 'never') return new Promise(() => undefined);
      if (answer instanceof Failure) return Promise.reject(answer);
      return Promise.resolve({ status: answer, detail: `${id} ${answer}` });
    },
    reconcile({ step: { id } }) {
      calls.push(`look ${id}`);
      const answer = found.shift() ?? 'unknown';
      return answer instanceof Failure ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const journal = new HealJournal(new DatabaseSync(':memory:'));
  const clock = new VirtualClock();
  const rest = { healId: 'h', remedy, journal, callMs: 10_000, signal: stop.signal, resolved: over.signal };
  return { ...rest, clock, calls, stop, over, isArmed };
}

const RESET = new Failure('network', 'connection reset');
const CASES: readonly {
  readonly name: string;
  readonly answers: Answer[];
  readonly found?: Found[];
  readonly calls: string[];
  readonly outcome: Outcome;
}[] = [
  {
    name: 'all in order',
    answers: [],
    calls: ['apply s1', 'apply s2'],
    outcome: { status: 'applied', detail: 's1 applied; s2 applied' },
  },
  {
    name: 'stops at the first that fails',
    answers: ['failed'],
    calls: ['apply s1'],
    outcome: { status: 'failed', detail: 's1 failed' },
  },
  {
    name: 'a clear refusal is not looked up',
    answers: [new Failure('forbidden', 'lacks TaskCancel')],
    calls: ['apply s1'],
    outcome: { status: 'failed', detail: 'cancel s1: lacks TaskCancel' },
  },
  {
    name: 'a lost answer is looked up: it took effect',
    answers: [RESET],
    found: ['applied'],
    calls: ['apply s1', 'look s1', 'apply s2'],
    outcome: { status: 'applied', detail: 'cancel s1; s2 applied' },
  },
  {
    name: 'a gateway that gives up says nothing about the effect',
    answers: [new Failure('server_error', '504')],
    found: ['applied'],
    calls: ['apply s1', 'look s1', 'apply s2'],
    outcome: { status: 'applied', detail: 'cancel s1; s2 applied' },
  },
  {
    name: 'without effect: once more',
    answers: [RESET],
    found: ['absent'],
    calls: ['apply s1', 'look s1', 'apply s1', 'apply s2'],
    outcome: { status: 'applied', detail: 's1 applied; s2 applied' },
  },
  {
    name: 'never twice more',
    answers: [RESET, RESET],
    found: ['absent', 'absent'],
    calls: ['apply s1', 'look s1', 'apply s1'],
    outcome: { status: 'failed', detail: 'cancel s1: outcome unknown (connection reset), not repeated' },
  },
  {
    name: 'what cannot be known is not repeated',
    answers: [RESET],
    found: ['unknown'],
    calls: ['apply s1', 'look s1'],
    outcome: { status: 'failed', detail: 'cancel s1: outcome unknown (connection reset), not repeated' },
  },
  {
    name: 'what cannot be looked up is not repeated',
    answers: [RESET],
    found: [new Failure('timeout', 'no answer')],
    calls: ['apply s1', 'look s1'],
    outcome: { status: 'failed', detail: 'cancel s1: outcome unknown (no answer), not repeated' },
  },
];

for (const { name, answers, found, calls, outcome } of CASES) {
  test(`steps: ${name}`, async () => {
    const run = scene([...answers], [...(found ?? [])]);
    assert.deepEqual(await applySteps([step('s1'), step('s2')], run), outcome);
    assert.deepEqual(run.calls, calls);
    assert.ok(run.journal.intentsOf('h').every((entry) => entry.outcome !== undefined));
  });
}

test('a call that never ends is given up after its time, and looked up', async () => {
  const run = scene(['never'], ['applied']);
  const outcome = applySteps([step('s1')], run);
  await run.clock.advance(10_000);
  assert.deepEqual(await outcome, { status: 'applied', detail: 'cancel s1' });
});

test('disarmed between two steps: the second is not taken', async () => {
  let asked = 0;
  const run = scene([], [], () => ++asked === 1);
  const outcome = await applySteps([step('s1'), step('s2')], run);
  assert.deepEqual(outcome, { status: 'failed', detail: 's1 applied; disarmed meanwhile' });
  assert.deepEqual(run.calls, ['apply s1']);
});

test('the alert is over after the first step: the second is not taken', async () => {
  const run = scene([]);
  const remedy: Remedy = {
    ...run.remedy,
    apply(applied, signal) {
      run.over.abort();
      return run.remedy.apply(applied, signal);
    },
  };
  const outcome = await applySteps([step('s1'), step('s2')], { ...run, remedy });
  assert.deepEqual(outcome, { status: 'applied', detail: 's1 applied' });
});

test('at shutdown the intent stays without an outcome: the next start looks it up', async () => {
  const run = scene(['never']);
  const ended = assert.rejects(applySteps([step('s1')], run));
  await run.clock.advance(1);
  run.stop.abort();
  await ended;
  assert.deepEqual(
    run.journal.intentsOf('h').map(({ outcome }) => outcome),
    [undefined],
  );
});

test('after a restart: what took effect counts, what did not is as if never begun, the unknown fails', async () => {
  for (const [found, expected] of [
    ['applied', { status: 'applied', detail: 'cancel s1' }],
    ['absent', undefined],
    [
      'unknown',
      { status: 'failed', detail: 'cancel s1: outcome unknown (the agent was restarted), not repeated' },
    ],
  ] as const) {
    const run = scene([], [found]);
    run.journal.writeIntent('h', { step: step('s1'), at: 0 });
    assert.deepEqual(await settleSteps(run), expected);
    assert.deepEqual(run.calls, ['look s1'], 'nothing is applied without the guard');
    assert.equal(run.journal.hasIntents('h'), found !== 'absent');
  }
});
