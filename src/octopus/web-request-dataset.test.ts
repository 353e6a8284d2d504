import assert from 'node:assert/strict';
import test from 'node:test';
import { octopusServerLog } from '../../collectors/octopus-server-log/index.ts';
import { openHead, read, START } from '../../test/fakes/head-fixture.ts';
import { ColumnBatch } from '../model/column-batch.ts';
import { createMatcher } from '../model/matcher.ts';
import { webRequestDataset } from './web-request-dataset.ts';

const REQUESTS: readonly (readonly [string, string, number, number])[] = [
  ['GET', '/api/Spaces-1/tasks/ServerTasks-7/details', 200, 40],
  ['GET', '/api/Spaces-1/projects/all', 200, 150],
  ['POST', '/api/Spaces-1/deployments', 201, 900],
  ['GET', '/api/Spaces-1/dashboard', 500, 10],
  ['GET', '/api/users/me', 304, 10],
  ['GET', '/api/octopusservernodes/ping', 200, 1],
  ['GET', '/api/serverstatus/health', 200, 1],
  ['GET', '/api/serverstatus/hosted/internal', 200, 1],
  ['GET', '/api/serverstatus/hosted/external', 200, 1],
  ['GET', '/index.html', 200, 1],
];

function lineOf([method, path, status, ms]: (typeof REQUESTS)[number]): string {
  const span = `00:00:00.${String(ms * 10_000).padStart(7, '0')}`;
  return `2026-11-21 00:00:00.0000      1     75  INFO  "HTTP" "${method}" to "acme""${path}" "completed" with ${status} in ${span} (${ms}ms) by "jane"\n`;
}

test('Apdex counts requests that were served, and neither probes nor files', async (t) => {
  const { head } = await openHead(t, { datasets: [webRequestDataset] });
  const target = { tenant: 'acme', info: {}, files: {}, timeZone: 'UTC' };
  const batch = new ColumnBatch();
  octopusServerLog
    .createParser(target, () => true)
    .parse(Buffer.from(REQUESTS.map(lineOf).join('')), 0, batch);
  head.ingest(batch, START);
  head.tick(START);
  const countOf = (name: string, le?: string): string => {
    const matchers = [createMatcher('__name__', '=', name)];
    if (le !== undefined) matchers.push(createMatcher('le', '=', le));
    return Object.values(read(head, matchers))[0]?.split(':').at(-1) ?? 'none';
  };
  const apdex = 'octopus_web_request_apdex_duration_seconds';
  assert.equal(countOf('octopus_web_request_duration_seconds_count'), '10');
  assert.deepEqual(
    [countOf(`${apdex}_bucket`, '0.05'), countOf(`${apdex}_bucket`, '0.2'), countOf(`${apdex}_count`)],
    ['1', '2', '3'],
  );
});
