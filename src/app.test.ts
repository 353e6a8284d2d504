import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startLoopbackServer } from '../test/contract/loopback-server.ts';
import { temporaryDirectory } from '../test/fakes/temporary-directory.ts';
import { startAgent } from './app.ts';
import type { Agent } from './app/agent.ts';
import { configOf, recordingLog } from './app/testing/recording.ts';
import { Failure } from './model/failure.ts';
import { createRedactor, type Redactor } from './redact/redactor.ts';

const RULES = `
groups:
  - name: always
    interval: 1s
    rules:
      - alert: Always
        expr: vector(1)
        labels: { severity: page, tenant: acme }
        annotations: { summary: 'acme: always' }
`;

interface Scene {
  readonly directory: string;
  readonly entries: string[];
  /** Becomes the configuration at the next start or reload. */
  config: string;
  readonly redactor: Redactor;
  start(): Promise<Agent>;
}

function scene(t: TestContext, config: string): Scene {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'rules.yml'), RULES);
  const entries: string[] = [];
  const redactor = createRedactor();
  const made: Scene = {
    directory,
    entries,
    config,
    redactor,
    start: () =>
      startAgent({
        loadConfig: () => configOf(`data_dir: data\nrules: { files: [rules.yml] }\n${made.config}`),
        print: (line) => entries.push(line),
        log: recordingLog(entries),
        workingDirectory: directory,
        programRoot: join(import.meta.dirname, '..'),
        version: '0.0.0',
        redactor,
      }),
  };
  return made;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await condition());) {
    assert.ok(Date.now() < end, 'not within 10 s');
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

async function isReady({ url }: Agent): Promise<boolean> {
  return (await fetch(`${url}/-/ready`)).ok;
}

const CONSOLE = `
web: { listen: '127.0.0.1:0' }
route: { receiver: phone, group_wait: 0s, group_interval: 1s }
receivers: [{ name: phone, console_configs: [{}] }]
`;

test('an address that is taken: nothing is left open, and the next start works', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const tested = scene(t, CONSOLE.replace('127.0.0.1:0', `127.0.0.1:${port}`));
  await assert.rejects(
    tested.start(),
    (error) => error instanceof Failure && /web.listen/.test(error.message),
  );
  tested.config = CONSOLE;
  const agent = await tested.start();
  await agent.stop();
});

test('a bad reload keeps all of the old, a good one takes effect, and neither makes the agent unready', async (t) => {
  const tested = scene(t, CONSOLE);
  const agent = await tested.start();
  t.after(() => agent.stop());
  assert.equal(await isReady(agent), false, 'no rule was evaluated yet');
  await until(() => isReady(agent));
  await until(() => tested.entries.includes('PAGE acme: always'));
  for (const bad of [
    CONSOLE.replace('receiver: phone', 'receiver: nobody-knows'),
    `${CONSOLE}\nunknown: 1`,
    CONSOLE.replace('group_interval', "matchers: ['=']\n  group_interval"),
  ]) {
    tested.config = bad;
    await assert.rejects(agent.reload(), Failure);
  }
  tested.config = CONSOLE;
  writeFileSync(join(tested.directory, 'rules.yml'), `${RULES}      - { alert: Bad, expr: 'up ==' }\n`);
  await assert.rejects(agent.reload(), Failure);
  assert.equal(await isReady(agent), true);
  assert.equal(tested.entries.filter((line) => line.startsWith('RESOLVED')).length, 0);

  writeFileSync(join(tested.directory, 'rules.yml'), RULES.replaceAll('lways', 'gain'));
  await agent.reload();
  assert.equal(await isReady(agent), true, 'rules that begin anew are no reason to send nobody here');
  await until(() => tested.entries.some((line) => line.startsWith('RESOLVED')));
});

test('what is a secret is swapped with all else, or not at all', async (t) => {
  const tested = scene(t, `${CONSOLE}redact: { values: [first-secret] }`);
  const agent = await tested.start();
  t.after(() => agent.stop());
  const redacted = (): string => tested.redactor.text('first-secret next-secret');
  assert.equal(redacted(), '*** next-secret');
  const next = `${CONSOLE}redact: { values: [next-secret] }`;
  for (const bad of [
    next.replace('receiver: phone', 'receiver: nobody-knows'),
    next.replace('group_interval', "matchers: ['=']\n  group_interval"),
    `${next}\nfleet: { instances: [{ tenant: next-secret }] }`,
  ]) {
    tested.config = bad;
    await assert.rejects(agent.reload(), Failure);
    assert.equal(redacted(), '*** next-secret');
  }
  tested.config = next;
  writeFileSync(join(tested.directory, 'rules.yml'), `${RULES}      - { alert: Bad, expr: 'up ==' }\n`);
  await assert.rejects(agent.reload(), Failure);
  assert.equal(redacted(), '*** next-secret');
  writeFileSync(join(tested.directory, 'rules.yml'), RULES);
  await agent.reload();
  assert.equal(redacted(), 'first-secret ***');
});

test('a receiver and an instance that never answer do not keep the agent from stopping', async (t) => {
  const { url, received } = await startLoopbackServer(t, () => ({ hang: 'at_once' }));
  const tested = scene(
    t,
    `
web: { listen: '127.0.0.1:0' }
fleet: { instances: [{ tenant: acme, url: '${url}', api_key: API-SYNTHETICKEY00000000000 }] }
collectors: { octopus-api: { interval: 1s } }
route: { receiver: hook, group_wait: 0s }
receivers: [{ name: hook, webhook_configs: [{ url: '${url}/hook' }] }]
`,
  );
  const agent = await tested.start();
  await until(() => received.some(({ path }) => path === '/hook') && received.length > 1);
  const before = Date.now();
  await agent.stop();
  assert.ok(Date.now() - before < 3000, `${Date.now() - before} ms`);

  const next = await tested.start();
  await until(() => received.filter(({ path }) => path === '/hook').length > 1);
  await next.stop();
  const keys = received
    .filter(({ path }) => path === '/hook')
    .map(({ headers }) => headers['idempotency-key']);
  assert.equal(new Set(keys).size, 1, 'what was cut off goes out again as the same notification');
});

test('a damaged journal: the agent starts, says so and pages', async (t) => {
  const tested = scene(t, CONSOLE);
  await (await tested.start()).stop();
  tested.entries.length = 0;
  writeFileSync(join(tested.directory, 'data', 'journal.db'), 'no database'.repeat(500));
  const agent = await tested.start();
  t.after(() => agent.stop());
  await until(() => tested.entries.includes('PAGE acme: always'));
  assert.ok(tested.entries.some((line) => line.startsWith('error the journal was damaged')));
});
