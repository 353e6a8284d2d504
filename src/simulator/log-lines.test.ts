import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLine, requestMessage, taskMessage } from './log-lines.ts';

const AT = Date.UTC(2025, 0, 29, 21, 32, 16, 792) + 0.35;
const REQUEST = {
  method: 'GET',
  host: 'localhost:8080',
  path: '/api/octopusservernodes/ping',
  status: 200,
  ms: 22.4869,
  user: '<anonymous>',
};

test('a line has the layout that NLog gives it', () => {
  assert.equal(
    formatLine(AT, 75, 'INFO', requestMessage(REQUEST, 'modern')),
    '2025-01-29 21:32:16.7923      1     75  INFO  "HTTP" "GET" to "localhost:8080""/api/octopusservernodes/ping" "completed" with 200 in 00:00:00.0224869 (22ms) by "<anonymous>"\n',
  );
  assert.equal(
    formatLine(
      AT,
      111,
      'ERROR',
      taskMessage('Check target health for Default Machine Policy', 'abandoned', 290.2),
    ),
    '2025-01-29 21:32:16.7923      1    111 ERROR  Executing task "Check target health for Default Machine Policy" "abandoned" after 290ms.\n',
  );
});

test('an old server writes host and path together and does not quote the outcome', () => {
  assert.equal(
    requestMessage({ ...REQUEST, status: 401, ms: 61_022.48 }, 'legacy'),
    '"HTTP" "GET" to "http://localhost:8080/api/octopusservernodes/ping" completed with 401 in 00:01:01.0224800 (61022.48ms)',
  );
});
