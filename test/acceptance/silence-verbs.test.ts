import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startFakeWebhook, type FakeWebhook } from '../fakes/webhook.ts';
import { octowatch } from './command-line.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';

const DOWN = {
  labels: { alertname: 'Down', tenant: 'acme', severity: 'page' },
  annotations: { summary: 'acme is down' },
};
const SLOW = {
  labels: { alertname: 'Slow', tenant: 'globex', severity: 'page' },
  annotations: { summary: 'globex is slow' },
};

interface OnCall {
  readonly directory: string;
  readonly hook: FakeWebhook;
  start(): Promise<Daemon>;
}

/** An agent without rules that tells a webhook of whatever is posted to it. */
async function onCall(t: TestContext, resolveTimeout: string): Promise<OnCall> {
  const directory = temporaryDirectory();
  const hook = await startFakeWebhook();
  t.after(() => hook.close());
  const config = {
    fleet: { instances: [] },
    rules: { files: [] },
    global: { resolve_timeout: resolveTimeout },
    route: { receiver: 'on-call', group_by: ['alertname'], group_wait: '0s', group_interval: '1s' },
    receivers: [{ name: 'on-call', webhook_configs: [{ url: hook.url }] }],
  };
  return { directory, hook, start: () => startDaemon({ directory, config }) };
}

/** Posts alerts as a Prometheus does. */
async function post({ url, token }: Daemon, ...alerts: readonly object[]): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers,
    body: JSON.stringify(alerts),
  });
  assert.equal(response.status, 200, await response.text());
}

/** Runs a verb against the agent; what it printed, and what it said beside. */
async function run(
  { directory }: OnCall,
  { url }: Daemon,
  ...args: readonly string[]
): Promise<readonly [code: number | null, stdout: string, stderr: string]> {
  const { code, stdout, stderr } = await octowatch([...args, '--url', url, '--config', 'octowatch.yml'], {
    directory,
    env: { USER: 'jo' },
  });
  return [code, stdout, stderr];
}

function told(hook: FakeWebhook, name: string): string[] {
  return hook
    .distinct()
    .filter(({ body }) => JSON.stringify(body['groupLabels']).includes(name))
    .map(({ body }) => String(body['status']));
}

test('what is silenced pages nobody, before and after a restart; the page that comes when it ends says so', async (t) => {
  const scene = await onCall(t, '1h');
  const { hook } = scene;
  let id = '';
  {
    await using daemon = await scene.start();
    const [code, stdout, stderr] = await run(
      scene,
      daemon,
      'silence',
      'add',
      'tenant=acme',
      '--for',
      '2h',
      '--comment',
      'upgrade',
      '--yes',
    );
    assert.deepEqual([code, stderr], [0, 'it hides no alert that fires now']);
    [, id = ''] = /^silence ([0-9a-f-]{36}) until /.exec(stdout) ?? [];
    assert.notEqual(id, '', stdout);
    await post(daemon, DOWN, SLOW);
    await eventually('the other page comes', () => told(hook, 'Slow').length === 1);
    assert.deepEqual(told(hook, 'Down'), []);
    const [, shown, more] = await run(scene, daemon, 'alerts');
    assert.match(shown, /^firing +page +\d+s +globex is slow +on-call +[\w-]{8} +-$/m);
    assert.doesNotMatch(shown, /acme/);
    assert.equal(more, '1 more fires: --all shows all');
    const [, silenced] = await run(scene, daemon, 'alerts', '--silenced', '--filter', 'Down');
    assert.match(
      silenced,
      /^silenced +page +\d+s +acme is down +on-call +[\w-]{8} +silenced by jo until .*: upgrade$/m,
    );
    assert.equal((await daemon.stop()).code, 0);
  }
  await using daemon = await scene.start();
  const [, listed] = await run(scene, daemon, 'silence', 'list', 'tenant=acme', '--within', '3h');
  assert.match(listed, new RegExp(`^${id} +active +ends in .* +jo +tenant="acme" +upgrade$`, 'm'));
  // The alerts are as they were; what was told is not told again.
  const [, all] = await run(scene, daemon, 'alerts', '--all', '-o', 'json');
  assert.equal(JSON.parse(all).length, 2);
  assert.deepEqual([told(hook, 'Slow'), told(hook, 'Down')], [['firing'], []]);
  assert.deepEqual(await run(scene, daemon, 'silence', 'expire', id.slice(0, 8)), [
    0,
    `silence ${id} has ended`,
    '',
  ]);
  await eventually('the page comes', () => told(hook, 'Down').length === 1);
  const page = hook.distinct().find(({ body }) => JSON.stringify(body['groupLabels']).includes('Down'));
  assert.match(JSON.stringify(page?.body), /silence[^"]* jo[^"]* ended/i);
  const [, ended] = await run(scene, daemon, 'silence', 'list', '--expired');
  assert.match(ended, new RegExp(`^${id} +expired`, 'm'));
  const [code, , why] = await run(scene, daemon, 'silence', 'list', '--within', 'soon');
  assert.equal(code, 1);
  assert.match(why, /not a duration/);
});

test('an alert that is posted pages, and is over when it is not posted again for resolve_timeout', async (t) => {
  const scene = await onCall(t, '3s');
  await using daemon = await scene.start();
  await post(daemon, DOWN);
  await eventually('the page comes', () => told(scene.hook, 'Down').join(' ') === 'firing');
  await eventually('its end comes', () => told(scene.hook, 'Down').join(' ') === 'firing resolved');
  const [, shown] = await run(scene, daemon, 'alerts', '--all');
  assert.equal(shown, 'no alerts');
});

test('a silence ends with its alerts when it is told to', async (t) => {
  const scene = await onCall(t, '1h');
  await using daemon = await scene.start();
  await post(daemon, DOWN);
  await eventually('the page comes', () => scene.hook.distinct().length === 1);
  const add = [
    'silence',
    'add',
    'Down',
    '--for',
    '1h',
    '--comment',
    'x',
    '--until-resolved',
    '--yes',
    '-o',
    'json',
  ];
  const [, added] = await run(scene, daemon, ...add);
  const { silenceID, hides } = JSON.parse(added);
  assert.equal(hides, 1);
  await post(daemon, { ...DOWN, endsAt: new Date().toISOString() });
  await eventually('the silence has ended', async () => {
    const answer = await fetch(`${daemon.url}/api/v2/silence/${silenceID}`);
    const { status } = JSON.parse(await answer.text());
    return status.state === 'expired';
  });
  await eventually('its end is told, silenced or not', () => told(scene.hook, 'Down').at(-1) === 'resolved');
});

test('an incident is taken by the key that the list shows', async (t) => {
  const scene = await onCall(t, '1h');
  await using daemon = await scene.start();
  await post(daemon, DOWN);
  await eventually('the page comes', () => told(scene.hook, 'Down').length === 1);
  const [, shown] = await run(scene, daemon, 'alerts');
  const [, key = ''] = / ([\w-]{8}) +-$/m.exec(shown) ?? [];
  assert.deepEqual(await run(scene, daemon, 'alerts', 'ack', key), [0, 'acknowledged: acme is down', '']);
  assert.match((await run(scene, daemon, 'alerts', 'ack', 'nothing'))[2], /not open any more/);
});
