import assert from 'node:assert/strict';
import test from 'node:test';
import { holdersIn, isBlockedMessage } from './blocked-message.ts';

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
