import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { PassThrough } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { createSilences } from '../alerts/mute/create-silences.ts';
import type { Silences } from '../alerts/mute/silences.ts';
import { NO_LOG } from '../alerts/testing/no-log.ts';
import { connect } from '../app/connect.ts';
import { registry } from '../app/registry.ts';
import type { AuditEntry } from '../model/on-call.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { systemClock } from '../system/system-clock.ts';
import { alertView } from '../web/testing/ask-alertmanager.ts';
import { alertmanagerSources, serveWeb, TOKEN } from '../web/testing/web-fixture.ts';
import { confirm } from './confirm.ts';
import { runHere, type Result } from './testing/run-here.ts';

const ACME = { alertname: 'Down', tenant: 'acme', severity: 'page' };
const ADD = ['silence', 'add', '--comment', 'upgrade', '--for', '1h'];

interface Bench {
  readonly silences: Silences;
  readonly audit: readonly AuditEntry[];
  /** What the person was asked, who answers yes. */
  readonly asked: readonly string[];
  run(...args: readonly string[]): Promise<Result>;
  /** The same without anybody at the terminal. */
  runAlone(...args: readonly string[]): Promise<Result>;
}

/** An agent on a socket with one alert that fires, and a person at a terminal. */
async function bench(t: TestContext, answer = true): Promise<Bench> {
  const silences = createSilences({
    database: new DatabaseSync(':memory:'),
    clock: systemClock,
    random: Math.random,
    log: NO_LOG,
    metrics: NO_METRICS,
  });
  const audit: AuditEntry[] = [];
  const asked: string[] = [];
  const dispatcher = { alerts: () => [alertView({ labels: ACME })], groups: () => [], mutesChanged() {} };
  const sources = alertmanagerSources({ silences, dispatcher, audit: (entry) => void audit.push(entry) });
  const url = await serveWeb(t, { alertmanager: sources });
  const here = {
    registry,
    connect,
    workingDirectory: '/nowhere',
    env: { USER: 'jo', OCTOWATCH_TOKEN: TOKEN },
  };
  const ask = (question: string): Promise<boolean> => {
    asked.push(question);
    return Promise.resolve(answer);
  };
  return {
    silences,
    audit,
    asked,
    run: (...args) => runHere({ ...here, confirm: ask }, [...args, '--url', url]),
    runAlone: (...args) => runHere(here, [...args, '--url', url]),
  };
}

test('a silence is added when the person says yes, and ended by the beginning of its id', async (t) => {
  const { run, silences, asked, audit } = await bench(t);
  const { code, stdout, stderr } = await run(...ADD, 'Down', 'tenant=~ac.*', '--author', 'cy');
  assert.equal(code, 0, stderr);
  const [silence] = silences.all();
  assert.match(stdout, new RegExp(`^silence ${silence?.id} until `));
  assert.equal(stderr, 'it hides 1 alert that fires now:\n  acme: queue stuck');
  assert.deepEqual(asked, ['add this silence?']);
  assert.deepEqual(silence?.matchers, [
    { name: 'alertname', value: 'Down', isRegex: false, isEqual: true },
    { name: 'tenant', value: 'ac.*', isRegex: true, isEqual: true },
  ]);
  assert.deepEqual([silence.createdBy, silence.comment], ['cy', 'upgrade']);
  assert.ok(Math.abs(silence.endsAt - Date.now() - 3_600_000) < 60_000);
  assert.equal(
    (await run('silence', 'expire', silence.id.slice(0, 13))).stdout,
    `silence ${silence.id} has ended`,
  );
  assert.deepEqual(
    audit.map(({ action, by }) => [action, by.name]),
    [
      ['silence', 'cy'],
      ['expire_silence', 'jo'],
    ],
  );
});

test('a silence is not added when the person says no, or nobody can be asked', async (t) => {
  const refused = await bench(t, false);
  assert.equal((await refused.run(...ADD, 'Down')).code, 1);
  const alone = await bench(t);
  const { code, stderr } = await alone.runAlone(...ADD, 'Down');
  assert.equal(code, 1);
  assert.match(stderr, /nobody is at the terminal to ask: nothing was changed \(add --yes\)$/);
  assert.deepEqual([refused.silences.all(), alone.silences.all()], [[], []]);
  assert.equal((await alone.runAlone(...ADD, 'Down', '--yes')).code, 0);
  assert.deepEqual(alone.asked, []);
});

test('silences are ended by what they match, after showing which', async (t) => {
  const { run, silences, asked } = await bench(t);
  for (const tenant of ['acme', 'acme', 'globex']) await run(...ADD, '--yes', `tenant=${tenant}`);
  const { stdout, stderr } = await run('silence', 'expire', '--filter', 'tenant=acme');
  assert.equal(stdout.split('\n').length, 2);
  assert.match(stderr, /tenant="acme" +upgrade/);
  assert.deepEqual(asked, ['end 2 silences?']);
  assert.deepEqual(
    silences
      .all()
      .map((silence) => silences.stateOf(silence))
      .toSorted((a, b) => a.localeCompare(b)),
    ['active', 'expired', 'expired'],
  );
  assert.match((await run('silence', 'list')).stdout, /tenant="globex"/);
  assert.equal((await run('silence', 'list', '--expired', 'tenant=globex')).stdout, 'no silences');
  const json: unknown[] = JSON.parse((await run('silence', 'list', '--expired', '-o', 'json')).stdout);
  assert.equal(json.length, 2);
});

const mistakes: readonly [args: readonly string[], message: RegExp][] = [
  [[...ADD, '--yes', 'tenant=~.*'], /would be for everything/],
  [[...ADD, '--yes', 'tenant=~('], /regular expression/],
  [[...ADD, '--yes', '{tenant=acme}'], /one matcher stands without braces/],
  [[...ADD, '--yes', '--until', '2026-11-21T08:00:00Z', 'a=b'], /--for or --until, not both/],
  [['silence', 'add', 'a=b', '--comment', 'x', '--yes'], /say how long at most/],
  [
    ['silence', 'add', 'a=b', '--comment', 'x', '--yes', '--until', '2020-01-01T00:00:00Z'],
    /ends before it starts/,
  ],
  [['silence', 'expire'], /say which/],
  [['silence', 'expire', 'abc', '--filter', 'a=b'], /say which/],
  [['silence', 'expire', 'abc'], /there is no silence abc/],
  [['silence', 'expire', '--filter', 'a=b', '--yes'], /no silence has these matchers/],
  [['silence', 'list', '--within', 'soon'], /not a duration/],
  [['alerts', '--filter', 'a=~('], /regular expression/],
  [['alerts', 'ack', '-'], /name the incident by its key/],
];
for (const [args, message] of mistakes) {
  test(`octowatch ${args.join(' ')} says what is wrong`, async (t) => {
    const { run, silences } = await bench(t);
    const { code, stderr } = await run(...args);
    assert.equal(code, 1, stderr);
    assert.match(stderr, message);
    assert.deepEqual(silences.all(), []);
  });
}

test('a silence needs a matcher and a comment', async (t) => {
  const { run } = await bench(t);
  for (const args of [ADD, ['silence', 'add', 'a=b', '--for', '1h']])
    assert.equal((await run(...args)).code, 2);
});

const answers: readonly [typed: string, isYes: boolean][] = [
  ['y\n', true],
  ['YES\n', true],
  ['\n', false],
  ['n\n', false],
  ['yesterday\n', false],
  ['', false],
];
for (const [typed, isYes] of answers) {
  test(`${JSON.stringify(typed)} is ${isYes ? 'yes' : 'no'}`, async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    input.end(typed);
    assert.equal(await confirm('sure?', input, output, new AbortController().signal), isYes);
    assert.equal(String(output.read()), 'sure? [y/N] ');
  });
}

test('a question ends with the program', async () => {
  const stop = new AbortController();
  const asked = confirm('sure?', new PassThrough(), new PassThrough(), stop.signal);
  stop.abort();
  await assert.rejects(asked, { name: 'AbortError' });
});
