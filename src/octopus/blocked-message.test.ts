import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { holdersIn, isBlockedMessage, readBlockedMessage } from './blocked-message.ts';

const BLOCKED: readonly (readonly [string, readonly string[]])[] = [
  [
    'Cannot start this task yet because "ServerTasks-46122" (has a read lock) tasks are currently running and this task cannot be run',
    ['ServerTasks-46122'],
  ],
  ['Cannot start this task yet. There is already another task running that cannot be run', []],
  ['This Tentacle is currently busy performing a task that cannot be run in conjunction with any other', []],
  [
    'Waiting for the script in task [ServerTasks-12](~/app#/tasks/ServerTasks-12) to finish as that script requires',
    ['ServerTasks-12'],
  ],
  ['Waiting for the script in task (error - task not found) to finish as this script requires', []],
  ['Waiting for the script in task XXXXXX to finish', []],
  [
    'Waiting on scripts in tasks [ServerTasks-1](~/app#/tasks/ServerTasks-1), [RunbookRuns-2](x) and [ServerTasks-7](x) to finish.',
    ['ServerTasks-1', 'RunbookRuns-2'],
  ],
  ['Waiting on another script in this task to finish as another task requires that', []],
  [
    'This task waited more than 15 minutes and timed out. Task [ServerTask-1](~/app#/tasks/ServerTask-1) is still running.',
    ['ServerTask-1'],
  ],
  [
    'This task was canceled before it could start. Task [ServerTasks-3](x) is still running.',
    ['ServerTasks-3'],
  ],
  ['"ServerTasks-1" (has a write lock)', ['ServerTasks-1']],
  ['"ServerTasks-1, ServerTasks-2" (have read locks)', ['ServerTasks-1', 'ServerTasks-2']],
];
for (const [message, holders] of BLOCKED) {
  test(`blocked by ${holders.join(' and ') || 'nobody named'}: ${message.slice(0, 60)}`, () => {
    assert.equal(isBlockedMessage(message), true);
    assert.deepEqual(holdersIn(message, 'ServerTasks-7'), holders);
  });
}

for (const message of ['no locks', 'Waiting for 5 minutes', 'ServerTasks-1 is running', '']) {
  test(`not blocked: "${message}"`, () => assert.equal(isBlockedMessage(message), false));
}

const TARGET = 'requires that no other Octopus scripts are executing on this target at the same time';
const LINK = '[ServerTasks-1](~/app#/tasks/ServerTasks-1)';
const ALONE = 'and cannot be run in conjunction with any other task. Please wait...';
/** The 18 forms that servers, Tentacles and Calamari are known to write, in our words where they name something. */
const FORMS: readonly (readonly [string, string, readonly string[], boolean])[] = [
  [
    `Cannot start this task yet because "ServerTasks-1" (has a read lock) tasks are currently running`,
    'waits',
    ['ServerTasks-1'],
    false,
  ],
  [
    `Cannot start this task yet because ServerTasks-1 task is currently running ${ALONE}`,
    'waits',
    ['ServerTasks-1'],
    false,
  ],
  [`Cannot start this task yet because another task is currently running ${ALONE}`, 'waits', [], false],
  [
    'Cannot start this task yet. There is already another task running that cannot be run in conjunction with any other task.',
    'waits',
    [],
    false,
  ],
  [
    'Cannot start this task yet. There is already another task running that cannot be run in conjunction with this task.',
    'waits',
    [],
    false,
  ],
  [
    'This Tentacle is currently busy performing a task that cannot be run in conjunction with any other task.',
    'waits',
    [],
    false,
  ],
  [
    `Waiting for the script in task ${LINK} to finish as this script ${TARGET}.`,
    'waits',
    ['ServerTasks-1'],
    false,
  ],
  [
    `Waiting for the script in task ${LINK} to finish as that script ${TARGET}.`,
    'waits',
    ['ServerTasks-1'],
    false,
  ],
  [`Waiting for the script in task This Task to finish as that script ${TARGET}.`, 'waits', [], true],
  [`Waiting on another script in this task to finish as this task ${TARGET}.`, 'waits', [], true],
  [`Waiting on another script in this task to finish as another task ${TARGET}.`, 'waits', [], true],
  [
    `Waiting on scripts in tasks ${LINK}, [ServerTasks-2](x) and [RunbookRuns-3](x) to finish. This script ${TARGET}.`,
    'waits',
    ['ServerTasks-1', 'ServerTasks-2', 'RunbookRuns-3'],
    false,
  ],
  [
    `Waiting for the script in task (error - task not found) to finish as this script ${TARGET}`,
    'waits',
    [],
    false,
  ],
  ['Waiting for the script in task Q7XK2B to finish', 'waits', [], false],
  [
    `This task waited more than 15 minutes and timed out. Task ${LINK} is still running.`,
    'gave_up',
    ['ServerTasks-1'],
    false,
  ],
  [
    `This task waited more than 15 minutes and timed out. Tasks ${LINK} and [ServerTasks-2](x) are still running.`,
    'gave_up',
    ['ServerTasks-1', 'ServerTasks-2'],
    false,
  ],
  [
    `This task was canceled before it could start. Task ${LINK} is still running.`,
    'gave_up',
    ['ServerTasks-1'],
    false,
  ],
  ['"ServerTasks-1" (has a read lock)', 'locks', ['ServerTasks-1'], false],
  ['"ServerTasks-1, ServerTasks-2" (have read locks)', 'locks', ['ServerTasks-1', 'ServerTasks-2'], false],
  ['"ServerTasks-1" (has a write lock)', 'locks', ['ServerTasks-1'], false],
];
for (const [message, kind, holders, isOwn] of FORMS) {
  test(`${kind} for ${isOwn ? 'itself' : holders.join(' and ') || 'nobody named'}: ${message.slice(0, 70)}`, () =>
    assert.deepEqual(readBlockedMessage(message, 'ServerTasks-9'), { kind, holders, isOwn }));
}

test('a task that is told to wait for itself is not its own holder', () => {
  const message = `Waiting on scripts in tasks ${LINK} and [ServerTasks-2](x) to finish. This script ${TARGET}.`;
  assert.deepEqual(readBlockedMessage(message, 'ServerTasks-1'), {
    kind: 'waits',
    holders: ['ServerTasks-2'],
    isOwn: true,
  });
});

test('any other message says nothing of a wait', () =>
  assert.equal(readBlockedMessage('Deploying ServerTasks-1', 'ServerTasks-9'), undefined));

const id = fc
  .tuple(fc.constantFrom('ServerTasks', 'ServerTask', 'RunbookRuns'), fc.nat(999_999))
  .map(([kind, number]) => `${kind}-${number}`);
/** What stands around ids: no letter or digit that would make them part of a longer word. */
const around = fc.constantFrom(' ', ', ', ' and [', '](~/app#/tasks/x), [', '" (has a read lock) "', ' … ');

test('every id is found once, in order, wherever it stands, and never the own one', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(around, id)), id, (parts, own) => {
      const text = parts.map(([before, name]) => before + name).join('');
      const named = new Set(parts.map(([, name]) => name));
      assert.deepEqual(
        holdersIn(`Waiting for${text} to finish`, own),
        [...named].filter((name) => name !== own),
      );
    }),
  );
});

test('no text makes an id of what is none, or anything throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      for (const found of holdersIn(`Waiting for the script in task ${text} to finish`, undefined)) {
        assert.match(found, /^(?:ServerTasks?|RunbookRuns)-\d+$/);
        assert.ok(text.includes(found));
      }
    }),
  );
});
