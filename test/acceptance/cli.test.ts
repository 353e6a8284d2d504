import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { octowatch, type CommandResult } from './command-line.ts';
import { startDaemon, writeConfig, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';
import { instanceConfig, startFleet } from './fleet.ts';

const root = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const base = mkdtempSync(join(tmpdir(), 'octowatch-cli-'));
after(() => rmSync(base, { recursive: true, force: true }));

/** Runs a command in the folder of the tests. */
function run(...args: string[]): Promise<CommandResult> {
  return octowatch(args, { directory: base });
}

/** Writes a file into the folder of the tests; returns its path. */
function file(name: string, text: string): string {
  const path = join(base, name);
  writeFileSync(path, text);
  return path;
}

/** The lines of a log whose message is `message`. */
function logged(daemon: Daemon, message: string): Record<string, string>[] {
  return daemon.stderr
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter((entry) => entry.msg === message);
}

describe('what every command does', () => {
  test('version tells the version', async () => {
    const { code, stdout } = await run('version');
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^octowatch ${version} \\(node \\d+\\.`));
  });

  test('help goes to stdout and names the verbs', async () => {
    const { code, stdout, stderr } = await run('help');
    assert.deepEqual([code, stderr], [0, '']);
    for (const verb of ['run', 'demo', 'check', 'collect', 'query', 'ready', 'config'])
      assert.match(stdout, new RegExp(`^ {2}${verb} `, 'm'));
  });

  test('a command line that is wrong exits with 2 and says so on stderr', async () => {
    const { code, stdout, stderr } = await run('check', '--nope');
    assert.deepEqual([code, stdout, stderr], [2, '', "error: unknown option '--nope'"]);
  });
});

describe('the configuration', () => {
  test('the example is a configuration that is accepted', async () => {
    const example = await run('config', 'example');
    assert.equal(example.code, 0);
    const path = file('example.yml', example.stdout);
    const { code, stdout } = await run('check', '--config', path);
    assert.equal(code, 0);
    assert.match(stdout, /^configuration: 2 instances, 1 receivers, ok\n[^]*\nrules: \d+ in \d+ files, ok$/);
  });

  test('the schema is JSON', async () => {
    const { code, stdout } = await run('config', 'schema');
    assert.equal(code, 0);
    assert.ok('fleet' in JSON.parse(stdout).properties);
  });

  test('it is shown with defaults and without secrets', async () => {
    file('key', 'API-S3CRET-1\n');
    const instances = [
      { tenant: 'a', url: 'http://a', api_key: '${KEY}' },
      { tenant: 'b', url: 'http://b', api_key_file: 'key' },
    ];
    const path = writeConfig(join(base), { fleet: { instances }, rules: { interval: '90s' } });
    const env = { KEY: 'API-S3CRET-2' };
    const shown = await octowatch(['config', 'show', '-c', path], { directory: base, env });
    assert.equal(shown.code, 0);
    assert.doesNotMatch(shown.stdout, /S3CRET/);
    assert.equal(shown.stdout.split('<secret>').length, 3);
    assert.match(shown.stdout, /^ {2}interval: 1m30s$/m);
    assert.match(shown.stdout, /^ {2}max_bytes: 1GiB$/m);
    const unset = await octowatch(['config', 'show', '-c', path], { directory: base });
    assert.equal(unset.code, 1);
    assert.match(unset.stderr, /octowatch\.yml:\d+:\d+: environment variable KEY is not set/);
  });

  test('a bad one is refused with line, column and caret, by check and by run', async () => {
    const path = file('bad.yml', 'rules:\n  intervall: 5s\n');
    for (const verb of ['check', 'run']) {
      const { code, stdout, stderr } = await run(verb, '--config', path);
      assert.deepEqual([code, stdout], [1, '']);
      assert.equal(
        stderr,
        `${path}:2:3: unknown key "intervall"; see \`octowatch config schema\`\n    intervall: 5s\n    ^`,
      );
    }
  });
});

describe('rules', () => {
  const doubtful = 'groups: [{ name: g, rules: [{ record: a, expr: octopus_png_up }] }]\n';

  test('a finding exits with 3 and has its position', async () => {
    const rules = file('doubtful.yml', doubtful);
    const config = file('doubtful-config.yml', `rules: { files: [${rules}] }\n`);
    const { code, stdout } = await run('check', '--config', config);
    assert.equal(code, 3);
    assert.match(
      stdout,
      /doubtful\.yml:1:\d+: a: unknown metric octopus_png_up: did you mean octopus_ping_up\? \[unknown-metric\]\n/,
    );
    assert.match(stdout, /\nrules: 1 in 1 file, 1 finding \(see docs\/reference\/rule-checks\.md\)$/);
  });

  test('rule files are checked without a configuration', async () => {
    const { code, stdout } = await run('check', 'rules', join(root, 'rules/*.yml'));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^windows: samples are kept [^]*\nrules: \d+ in \d+ files, ok$/);
  });

  test('the tests of the rule pack pass', async () => {
    const { code, stdout } = await run('test', 'rules', join(root, 'rules/octopus.test.yml'));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^\d{2} passed, 0 failed$/m);
  });

  test('a test that fails exits with 1 and says what was expected', async () => {
    file('one.yml', 'groups: [{ name: g, rules: [{ alert: Down, expr: up == 0 }] }]\n');
    const path = file(
      'one.test.yml',
      `rule_files: [one.yml]
tests:
  - interval: 1m
    input_series: [{ series: up, values: 1x5 }]
    alert_rule_test: [{ eval_time: 1m, alertname: Down, exp_alerts: [{}] }]
`,
    );
    const { code, stdout } = await run('test', 'rules', path);
    assert.equal(code, 1);
    assert.match(stdout, /one\.test\.yml:\d+/);
    assert.match(stdout, /^0 passed, 1 failed$/m);
  });
});

describe('with a fleet', () => {
  let fleet: Simulator;
  let daemon: Daemon;
  before(async () => {
    fleet = await startFleet(2, base);
    const instances = fleet.instances.map((instance) => instanceConfig(instance));
    daemon = await startDaemon({
      directory: join(base, 'daemon'),
      config: {
        fleet: { instances },
        collectors: { 'octopus-api': { interval: '1s', requests_per_minute: 6000 } },
        rules: { interval: '1s' },
      },
    });
  });
  after(async () => {
    await daemon?.[Symbol.asyncDispose]();
    await fleet?.close();
  });

  test('collect polls every instance once and writes nothing', async () => {
    const [first, second] = fleet.instances;
    assert.ok(first !== undefined && second !== undefined);
    const instances = [instanceConfig(first), instanceConfig(second), { tenant: 'tailed' }];
    const directory = join(base, 'collect');
    const config = writeConfig(directory, { fleet: { instances } });
    const page = await run('collect', 'octopus-api/ping', '--once', '--config', config);
    assert.equal(page.code, 0, page.stderr);
    assert.match(page.stdout, /^# HELP octopus_ping_up [^\n]+\n# TYPE octopus_ping_up gauge\n/);
    assert.equal(page.stdout.match(/^octopus_ping_up\{tenant="[^"]+"\} 1$/gm)?.length, 2);
    const table = await run('collect', 'octopus-api', '--once', '-o', 'table', '--config', config);
    assert.equal(table.code, 0, table.stderr);
    for (const { tenant } of [first, second])
      assert.match(table.stdout, new RegExp(`^${tenant} octopus-api/ping: 1 point$`, 'm'));
    assert.match(table.stdout, /^ {2}ping +octopus_ping_up .* 1$/m);
    assert.ok(!existsSync(join(directory, 'data')), 'nothing was written');

    const json = await run(
      'collect',
      'octopus-api/ping',
      '--once',
      '--tenant',
      second.tenant,
      '-o',
      'json',
      '-c',
      config,
    );
    const points = json.stdout.split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(
      points.map(({ dataset, tenant, octopus_ping_up: up }) => [dataset, tenant, up]),
      [['ping', second.tenant, 1]],
    );
  });

  test('collect says what is wrong and exits with 1', async () => {
    const [first] = fleet.instances;
    assert.ok(first !== undefined);
    const instances = [instanceConfig(first, { api_key: 'API-WRONG' }), { tenant: 'tailed' }];
    const config = writeConfig(join(base, 'refused'), { fleet: { instances } });
    const refused = await run('collect', 'octopus-api/nodes', '--once', '--config', config);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      new RegExp(`^${first.tenant} octopus-api/nodes: .*API key was refused \\(401\\)`),
    );
    assert.doesNotMatch(refused.stderr, /API-WRONG|\n/);
  });

  test('query asks the running agent', async () => {
    const { url } = daemon;
    await eventually('both answer', async () =>
      (await run('query', 'sum(octopus_ping_up)', '--url', url)).stdout.endsWith('  2'),
    );
    const [tenant = ''] = fleet.instances.map((instance) => instance.tenant);
    const table = await run('query', `octopus_ping_up{tenant="${tenant}"}`, '--url', url);
    assert.match(table.stdout, new RegExp(`^SERIES +VALUE\noctopus_ping_up\\{tenant="${tenant}"\\} +1$`));
    const json = await run('query', '1 + 1', '--url', url, '-o', 'json');
    assert.equal(JSON.parse(json.stdout).result[1], '2');
    const bad = await run('query', 'sum(', '--url', url);
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /^1:5: [^\n]*\nsum\(\n {4}\^$/);
  });

  test('healthy and ready tell of the running agent', async () => {
    assert.deepEqual(await run('healthy', '--url', daemon.url), {
      code: 0,
      stdout: 'octowatch is healthy',
      stderr: '',
    });
    assert.deepEqual(await run('ready', '--url', daemon.url), {
      code: 0,
      stdout: 'octowatch is ready',
      stderr: '',
    });
  });

  test('healthy finds the agent by its configuration', async () => {
    const web = { listen: new URL(daemon.url).host };
    const config = writeConfig(join(base, 'found'), { web });
    assert.equal((await run('healthy', '--config', config)).code, 0);
    const unknown = writeConfig(join(base, 'unknown'), {});
    const { code, stderr } = await run('healthy', '--config', unknown);
    assert.equal(code, 1);
    assert.equal(stderr, 'web.listen 127.0.0.1:0 is any free port: name the agent with --url');
  });

  test('a second agent on the same data directory is refused, and the first goes on', async () => {
    const config = writeConfig(join(base, 'second'), { data_dir: daemon.dataDirectory });
    const { code, stdout, stderr } = await run('run', '--config', config);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^data_dir .* belongs to a running octowatch: stop it, or choose another data_dir$/);
    assert.equal((await run('ready', '--url', daemon.url)).code, 0);
  });

  test('a second agent on the same address is refused', async () => {
    const web = { listen: new URL(daemon.url).host };
    const { code, stderr } = await run('run', '--config', writeConfig(join(base, 'third'), { web }));
    assert.equal(code, 1);
    assert.match(stderr, /^web\.listen 127\.0\.0\.1:\d+: [^\n]*choose another port\)$/);
  });
});

describe('signals', () => {
  const rules = (name: string): string =>
    file('signals.yml', `groups: [{ name: g, rules: [{ record: ${name}, expr: vector(1) }] }]\n`);
  const config = (): { rules: object } => ({ rules: { files: [join(base, 'signals.yml')], interval: '1s' } });
  const has = async (daemon: Daemon, series: string): Promise<boolean> =>
    (await run('query', series, '--url', daemon.url)).stdout.includes('1');

  test('SIGHUP takes in a changed configuration; a bad one keeps the old and says why', async () => {
    rules('before');
    const directory = join(base, 'hangup');
    await using daemon = await startDaemon({ directory, config: config() });
    await eventually('the first rules are evaluated', () => has(daemon, 'before'));

    writeFileSync(daemon.configFile, 'rules: { intervall: 5s }\n');
    daemon.signal('SIGHUP');
    const refused = 'the configuration was not reloaded, the old one stays';
    const [entry] = await eventually('the refusal', () => {
      const entries = logged(daemon, refused);
      return entries.length > 0 && entries;
    });
    assert.match(entry?.['error'] ?? '', /octowatch\.yml:1:10: unknown key "intervall"/);
    const posted = await fetch(`${daemon.url}/-/reload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    assert.equal(posted.status, 400);
    assert.match(
      await posted.text(),
      /^the old configuration stays: .*octowatch\.yml:1:10: unknown key "intervall"/,
    );
    assert.equal((await fetch(`${daemon.url}/-/reload`, { method: 'POST' })).status, 401);
    assert.ok(await has(daemon, 'before'), 'the old rules go on');

    rules('after');
    writeConfig(directory, config());
    daemon.signal('SIGHUP');
    await eventually('the second rules are evaluated', () => has(daemon, 'after'));
    assert.equal(logged(daemon, 'configuration reloaded').length, 1);
    assert.equal(logged(daemon, refused).length, 1);
  });

  test('SIGTERM ends the agent with 0, and it starts again on what it left', async () => {
    rules('again');
    const directory = join(base, 'again');
    const first = await startDaemon({ directory, config: config() });
    assert.deepEqual(await first.stop('SIGTERM'), { code: 0, signal: null });
    assert.equal(logged(first, 'octowatch stops').length, 1);
    const second = await startDaemon({ directory, config: config() });
    assert.equal(second.token, first.token);
    assert.deepEqual(await second.stop('SIGINT'), { code: 0, signal: null });
  });

  test('an agent that was killed leaves a data directory that another can use', async () => {
    rules('killed');
    const directory = join(base, 'killed');
    const first = await startDaemon({ directory, config: config() });
    assert.deepEqual(await first.kill9(), { code: null, signal: 'SIGKILL' });
    const second = await startDaemon({ directory, config: config() });
    assert.deepEqual(await second.stop(), { code: 0, signal: null });
  });
});
