import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { startDaemon, writeConfig, type Daemon, type TestConfig } from './daemon.ts';
import { eventually } from './eventually.ts';
import { instanceConfig, startFleet } from './fleet.ts';
import { vector } from './metrics.ts';

const base = mkdtempSync(join(tmpdir(), 'octowatch-edge-'));
after(() => rmSync(base, { recursive: true, force: true }));

describe('a judge that scrapes an edge', () => {
  let fleet: Simulator;
  let edge: Daemon;
  let judge: Daemon;
  let known = '';
  let stranger = '';

  function judgeConfig(targets: readonly object[]): TestConfig {
    return {
      // It reads nothing of the tenants itself.
      fleet: { instances: [{ tenant: known }] },
      collectors: { prometheus: { interval: '1s', targets } },
      rules: { interval: '500ms' },
    };
  }
  function target(): object {
    return { name: 'edge', url: `${edge.url}/metrics?fleet=1`, bearer_token: edge.token, honor_labels: true };
  }

  before(async () => {
    fleet = await startFleet(2, base);
    [known = '', stranger = ''] = fleet.instances.map(({ tenant }) => tenant);
    edge = await startDaemon({
      directory: join(base, 'edge'),
      config: {
        role: 'edge',
        fleet: { instances: fleet.instances.map((instance) => instanceConfig(instance)) },
        collectors: { 'octopus-api': { interval: '500ms', requests_per_minute: 6000 } },
      },
    });
    judge = await startDaemon({ directory: join(base, 'judge'), config: judgeConfig([target()]) });
  });
  after(async () => {
    await judge?.[Symbol.asyncDispose]();
    await edge?.[Symbol.asyncDispose]();
    await fleet?.close();
  });

  test('sees the series of its tenants as the edge has them', async () => {
    const [series] = await eventually('the tenant is up', async () => {
      const found = await vector(judge.url, `octopus_ping_up{tenant="${known}"}`);
      return found.length > 0 && found;
    });
    assert.deepEqual(series, { labels: { __name__: 'octopus_ping_up', tenant: known }, value: 1 });
    const tasks = await vector(
      judge.url,
      `{tenant="${known}",__name__=~"octopus_tasks_running|octopus_cluster_read_only"}`,
    );
    assert.equal(tasks.length, 2);
    assert.ok(tasks.every(({ labels }) => !('job' in labels)));
  });

  test('takes tenants it does not know for nobody’s', async () => {
    const found = await eventually('they are there', async () => {
      const all = await vector(judge.url, 'octopus_ping_up{exported_tenant!=""}');
      return all.length > 0 && all;
    });
    const { host } = new URL(edge.url);
    const labels = { __name__: 'octopus_ping_up', exported_tenant: stranger, job: 'edge', instance: host };
    assert.deepEqual(found, [{ labels, value: 1 }]);
  });

  test('knows that the edge is up, and when it is not', async () => {
    const up = async (): Promise<number | undefined> => (await vector(judge.url, 'up{job="edge"}'))[0]?.value;
    assert.equal(await up(), 1);
    assert.ok(((await vector(judge.url, 'scrape_samples_scraped'))[0]?.value ?? 0) > 20);
    await edge.stop();
    await eventually('up is 0', async () => (await up()) === 0);
    const left = await vector(judge.url, `octopus_ping_up{tenant="${known}"}`);
    assert.equal(left.length, 1, 'what could not be read is not gone');
    const failed = 'octowatch_poll_success{collector="prometheus/scrape",place="edge"}';
    assert.equal((await vector(judge.url, failed))[0]?.value, 0);
  });

  test('ends the series of a target that is removed', async () => {
    writeConfig(join(base, 'judge'), { ...judgeConfig([]), web: { listen: new URL(judge.url).host } });
    judge.signal('SIGHUP');
    await eventually(
      'they have ended',
      async () => (await vector(judge.url, '{__name__=~"octopus_ping_up|up"}')).length === 0,
    );
  });
});
