import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startDaemon, type Daemon } from '../../acceptance/daemon.ts';
import { eventually } from '../../acceptance/eventually.ts';
import { skipWithoutGo } from '../go-program.ts';
import { amtool } from './amtool.ts';

/** Every kind of receiver, what Alertmanager has not among it, and times, inhibition, templates of ours. */
const CONFIG = {
  fleet: { instances: [] },
  rules: { files: [] },
  global: { resolve_timeout: '10m', smtp_smarthost: 'localhost:25', smtp_from: 'a@example.com' },
  route: {
    receiver: 'log',
    group_by: ['alertname', 'tenant'],
    group_wait: '0s',
    group_interval: '1s',
    routes: [
      { matchers: ['severity="page"'], receiver: 'on-call', continue: true },
      { matchers: ['severity=~"page|ticket"', 'team!="a b"'], receiver: 'team', group_by: ['...'] },
      {
        match: { team: 'db' },
        match_re: { region: 'eu-.*' },
        receiver: 'elsewhere',
        mute_time_intervals: ['nights'],
      },
    ],
  },
  inhibit_rules: [
    { source_matchers: ['alertname="Down"'], target_matchers: ['alertname="Slow"'], equal: ['tenant'] },
  ],
  time_intervals: [
    {
      name: 'nights',
      time_intervals: [
        {
          times: [{ start_time: '22:00', end_time: '24:00' }],
          weekdays: ['monday:friday'],
          location: 'Europe/Berlin',
        },
      ],
    },
  ],
  receivers: [
    { name: 'log', console_configs: [{}] },
    {
      name: 'on-call',
      pagerduty_configs: [
        {
          routing_key: 'k3y-of-pagerduty',
          url: 'http://127.0.0.1:9',
          rest_token: 't0ken-of-pagerduty',
          from: 'jo@example.com',
          rest_url: 'http://127.0.0.1:9',
          severity: '{{ .CommonLabels.severity }}',
          description: '{{ .Summary }}',
        },
      ],
      slack_configs: [
        {
          bot_token: 'xoxb-t0ken-of-slack',
          app_token: 'xapp-t0ken',
          channel: '#on-call',
          api_url: 'http://127.0.0.1:9',
        },
      ],
    },
    {
      name: 'team',
      webhook_configs: [
        {
          url: 'http://127.0.0.1:9/h00k',
          signing_key: 's1gning-key-of-webhook',
          wakes: true,
          max_alerts: 5,
          http_config: { http_headers: { 'X-A': { secrets: ['header-s3cret'] } } },
        },
      ],
      email_configs: [
        {
          to: 'jo@example.com',
          auth_username: 'a',
          auth_password: 'p4ssword-of-mail',
          headers: { Subject: '{{ .Summary }}' },
        },
      ],
    },
    { name: 'elsewhere', alertmanager_configs: [{ urls: ['http://127.0.0.1:9'] }] },
  ],
} as const;
const SECRETS = /k3y|t0ken|h00k|s1gning|header-s3cret|p4ssword/;

describe('amtool against a running octowatch', { skip: skipWithoutGo() }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'octowatch-amtool-'));
  const httpConfig = join(directory, 'http.yml');
  let daemon: Daemon;

  before(async () => {
    daemon = await startDaemon({ directory, config: CONFIG });
    const file = join(daemon.dataDirectory, 'token');
    writeFileSync(httpConfig, `authorization: { type: Bearer, credentials_file: ${file} }\n`);
  });
  after(async () => {
    await daemon.stop();
    rmSync(directory, { recursive: true });
  });

  /** What amtool prints. @throws AssertionError with what it says when it fails */
  async function run(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await amtool([
      ...args,
      `--alertmanager.url=${daemon.url}`,
      `--http.config.file=${httpConfig}`,
    ]);
    assert.equal(code, 0, `amtool ${args.join(' ')}: ${stdout}${stderr}`);
    return stdout.trim();
  }

  /** Names of the alerts that a query finds, sorted. */
  async function names(...args: readonly string[]): Promise<string[]> {
    const found: readonly { labels: { alertname: string } }[] = JSON.parse(
      await run('alert', 'query', '-o', 'json', ...args),
    );
    return found.map(({ labels }) => labels.alertname).toSorted();
  }

  test('adds alerts, and finds them by matcher, receiver and state', async () => {
    await run(
      'alert',
      'add',
      'Down',
      'tenant=acme',
      'severity=page',
      '--annotation=summary=acme is down',
      '--generator-url=http://prometheus.example/graph',
    );
    await run('alert', 'add', 'alertname=Slow', 'tenant=acme', 'severity=ticket');
    await run(
      'alert',
      'add',
      'alertname=Over',
      'tenant=acme',
      '--end=2026-01-01T00:00:00Z',
      '--start=2025-12-31T00:00:00Z',
    );
    await eventually('the alerts fire', async () => (await names('-a', '-i')).length === 2);
    assert.deepEqual(await names(), ['Down']);
    assert.deepEqual(await names('--inhibited', '--active', 'alertname=Slow'), ['Slow']);
    assert.deepEqual(await names('--active', 'Down'), ['Down']);
    assert.deepEqual(await names('tenant=globex'), []);
    assert.deepEqual(await names('--receiver=on-.*'), ['Down']);
    assert.deepEqual(await names('--receiver=on'), []);
    const [down] = JSON.parse(await run('alert', 'query', '-o', 'json', 'Down'));
    assert.equal(down.annotations.summary, 'acme is down');
    assert.equal(down.generatorURL, 'http://prometheus.example/graph');
    assert.match(await run('alert', 'query', '-o', 'extended'), /tenant="acme"/);
  });

  test('adds a silence that hides, tells of it, changes and ends it', async () => {
    const id = await run(
      'silence',
      'add',
      'alertname=~Do.*',
      'tenant=acme',
      '--comment=upgrade',
      '--author=jo',
      '--duration=2h',
      '--annotation=ticket=OCTO-1',
    );
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(await names('--active'), []);
    assert.deepEqual(await names('--silenced'), ['Down']);
    const [silence] = JSON.parse(await run('silence', 'query', '-o', 'json', 'alertname=~Do.*'));
    assert.deepEqual(
      [silence.id, silence.createdBy, silence.annotations, silence.status],
      [id, 'jo', { ticket: 'OCTO-1' }, { state: 'active' }],
    );
    assert.equal(await run('silence', 'query', '-q', '--within=1h'), '');
    assert.equal(await run('silence', 'query', '-q', '--within=3h', '--created-by=jo'), id);
    assert.equal(await run('silence', 'query', '-q', 'tenant=globex'), '');
    // The end of an active silence changes; it stays the same one.
    assert.match(await run('silence', 'update', id, '--duration=30m', '--comment=longer'), new RegExp(id));
    assert.equal(await run('silence', 'query', '-q', '--within=1h'), id);
    await run('silence', 'expire', id);
    await run('silence', 'expire', id);
    assert.equal(await run('silence', 'query', '-q'), '');
    assert.equal(await run('silence', 'query', '-q', '--expired'), id);
    await eventually('it is told again', async () => (await names('--active')).length === 1);
  });

  test('imports silences that it exported, also those of another server', async () => {
    const first = await run('silence', 'add', 'tenant=globex', '--comment=a', '--author=jo');
    const exported = await run('silence', 'query', '-o', 'json', 'tenant=globex');
    const file = join(directory, 'silences.json');
    writeFileSync(file, exported.replace(first, '00000000-0000-4000-8000-000000000000'));
    const imported = await run('silence', 'import', file);
    assert.match(imported, /^[0-9a-f-]{36}$/);
    const both = (await run('silence', 'query', '-q', 'tenant=globex')).split('\n').toSorted();
    assert.deepEqual(both, [first, imported].toSorted());
    await run('silence', 'expire', first, imported);
  });

  test('reads the routing tree from the running configuration, without a secret', async () => {
    const tree = await run('config', 'routes', 'show');
    for (const part of [
      'default-route  receiver: log',
      '{severity="page"}  continue: true  receiver: on-call',
      'receiver: elsewhere',
    ])
      assert.ok(tree.includes(part), tree);
    assert.equal(await run('config', 'routes', 'test', 'severity=page', 'team=core'), 'on-call,team');
    assert.equal(await run('config', 'routes', 'test', 'team=db', 'region=eu-1'), 'elsewhere');
    assert.equal(await run('config', 'routes', 'test', 'severity=log'), 'log');
    const shown = await run('config', 'show');
    assert.doesNotMatch(shown, SECRETS);
    const { config } = JSON.parse(await (await fetch(`${daemon.url}/api/v2/status`)).text());
    assert.doesNotMatch(config.original, SECRETS);
    const file = join(directory, 'original.yml');
    writeFileSync(file, config.original);
    const checked = await amtool(['check-config', file]);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    assert.match(checked.stdout, /4 receivers/);
    assert.match(checked.stdout, /1 inhibit rules/);
  });

  test('shows that there is no cluster', async () => {
    assert.match(await run('cluster', 'show'), /disabled/);
  });

  test('says why a request is refused', async () => {
    const answer = await amtool([
      'silence',
      'add',
      'a=~.*',
      '--comment=x',
      `--alertmanager.url=${daemon.url}`,
      `--http.config.file=${httpConfig}`,
    ]);
    assert.notEqual(answer.code, 0);
    assert.match(answer.stderr, /would be for everything/);
    const anonymous = await amtool([
      'silence',
      'add',
      'a=b',
      '--comment=x',
      `--alertmanager.url=${daemon.url}`,
    ]);
    assert.notEqual(anonymous.code, 0);
    assert.match(anonymous.stderr, /401/);
    assert.doesNotMatch(readFileSync(httpConfig, 'utf8'), new RegExp(daemon.token));
  });
});
