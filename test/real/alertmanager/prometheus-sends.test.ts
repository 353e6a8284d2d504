import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { startDaemon } from '../../acceptance/daemon.ts';
import { eventually } from '../../acceptance/eventually.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { startFakeWebhook } from '../../fakes/webhook.ts';

/** Debian's, of version 2: the requests are those of version 3 (its own test replays them, `post-alerts.test.ts`). */
const skip = spawnSync('prometheus', ['--version']).status === 0 ? false : 'no prometheus on the PATH';

/** It starts, and finds its Alertmanagers 5 s later. */
const WAIT_MS = 60_000;

/** Writes the rule of Prometheus: it fires as long as the expression has a value. */
function writeRule(directory: string, expr: string): void {
  const rule = {
    alert: 'Down',
    expr,
    labels: { tenant: 'acme', severity: 'critical', remedy: 'octopus-task-cancel' },
    annotations: { summary: 'acme is down' },
  };
  writeFileSync(join(directory, 'rules.yml'), stringify({ groups: [{ name: 'g', rules: [rule] }] }));
}

/** The path of Prometheus's configuration, which sends to the agent. */
function writePrometheus(directory: string, agent: { url: string; dataDirectory: string }): string {
  const manager = {
    static_configs: [{ targets: [new URL(agent.url).host] }],
    authorization: { type: 'Bearer', credentials_file: join(agent.dataDirectory, 'token') },
  };
  const config = {
    global: { evaluation_interval: '1s', external_labels: { region: 'eu' } },
    rule_files: ['rules.yml'],
    alerting: { alertmanagers: [manager] },
  };
  const path = join(directory, 'prometheus.yml');
  writeFileSync(path, stringify(config));
  return path;
}

test('an alert of a Prometheus pages, and so does its end', { skip }, async (t) => {
  const directory = temporaryDirectory();
  const hook = await startFakeWebhook();
  t.after(() => hook.close());
  await using daemon = await startDaemon({
    directory,
    config: {
      fleet: { instances: [] },
      rules: { files: [] },
      route: { receiver: 'on-call', group_by: ['alertname'], group_wait: '0s', group_interval: '1s' },
      receivers: [{ name: 'on-call', webhook_configs: [{ url: hook.url, wakes: true }] }],
    },
  });
  writeRule(directory, 'vector(1)');
  const args = [
    `--config.file=${writePrometheus(directory, daemon)}`,
    `--storage.tsdb.path=${join(directory, 'prometheus')}`,
    '--web.listen-address=127.0.0.1:0',
    '--web.external-url=http://prometheus.example',
    // It finds its Alertmanagers some seconds after its rules, and would send again in a minute.
    '--rules.alert.resend-delay=1s',
  ];
  const prometheus = spawn('prometheus', args, { stdio: 'ignore' });
  const ended = once(prometheus, 'exit');
  try {
    await eventually('the page comes', () => hook.distinct().length === 1, WAIT_MS);
    const answer = await fetch(`${daemon.url}/api/v2/alerts`);
    const [alert] = JSON.parse(await answer.text());
    assert.deepEqual(alert.labels, { alertname: 'Down', tenant: 'acme', severity: 'critical', region: 'eu' });
    assert.match(alert.generatorURL, /^http:\/\/prometheus\.example\/graph\?g0\.expr=/);
    writeRule(directory, 'vector(1) > 2');
    prometheus.kill('SIGHUP');
    await eventually('its end comes', () => hook.distinct().length === 2, WAIT_MS);
    assert.deepEqual(
      hook.distinct().map(({ body }) => body['status']),
      ['firing', 'resolved'],
    );
    assert.match(JSON.stringify(hook.distinct()[0]?.body), /acme is down/);
  } finally {
    prometheus.kill('SIGTERM');
    await ended;
  }
});
