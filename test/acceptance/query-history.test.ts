import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { datasets } from '../../collectors/index.ts';
import { streamName } from '../../src/model/dataset.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { createElasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { quietLog } from '../fakes/spool-harness.ts';
import { octowatch } from './command-line.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';
import { instanceConfig, startFleet } from './fleet.ts';

const url = process.env.ES_URL ?? '';
const skip = url === '' ? 'ES_URL names no Elasticsearch' : false;
const namespace = `past${randomUUID().slice(0, 8)}`;
const MINUTE = 60_000;

describe('a query that reaches beyond the head', { skip, timeout: 120_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'octowatch-past-'));
  let fleet: Simulator;
  let daemon: Daemon;
  let tenant = '';

  before(async () => {
    fleet = await startFleet(1, directory);
    const [instance] = fleet.instances;
    assert.ok(instance !== undefined);
    tenant = instance.tenant;
    await writePast(Date.now());
    daemon = await startDaemon({
      directory,
      config: {
        namespace,
        fleet: { instances: [instanceConfig(instance)] },
        collectors: { 'octopus-api': { interval: '1s', requests_per_minute: 6000 } },
        store: { elasticsearch: { nodes: [url], time_series: false } },
        rules: { files: [join(import.meta.dirname, 'rules.yml')], interval: '1s' },
      },
    });
  });
  after(async () => {
    await daemon?.[Symbol.asyncDispose]();
    await fleet?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** What an agent of before wrote: the instance was down for six hours, until ten minutes ago. */
  async function writePast(now: number): Promise<void> {
    const ping = datasets.find(({ name }) => name === 'ping');
    assert.ok(ping !== undefined);
    const store = createElasticsearchStore({
      nodes: [url],
      namespace,
      datasets,
      log: quietLog,
      timeSeries: false,
    });
    await store.installTemplates(new AbortController().signal);
    const lines: string[] = [];
    for (let time = now - 360 * MINUTE; time < now - 10 * MINUTE; time += MINUTE) {
      const document = { '@timestamp': new Date(time).toISOString(), tenant, octopus_ping_up: 0 };
      lines.push(
        JSON.stringify({ create: { _index: streamName(ping, namespace) } }),
        JSON.stringify(document),
      );
    }
    const body = gzipSync(`${lines.join('\n')}\n`);
    const { delivered } = await store.deliver(body, lines.length / 2, new AbortController().signal);
    assert.equal(delivered, 350);
    await store.close();
    await fetch(`${url}/metrics-octopus.ping-${namespace}/_refresh`, { method: 'POST' });
  }

  async function valuesSince(minutes: number): Promise<string[]> {
    const end = Date.now() / 1000;
    const form = {
      query: 'octopus_ping_up',
      start: String(end - minutes * 60),
      end: String(end),
      step: '1h',
    };
    const response = await fetch(`${daemon.url}/api/v1/query_range`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const { data, warnings } = Object(await response.json());
    assert.equal(warnings, undefined);
    return data.result[0]?.values.map(([, value]: [number, string]) => value) ?? [];
  }

  test('hours that only Elasticsearch has and the seconds that only the head has are one series', async () => {
    await eventually('the instance was polled', async () => (await valuesSince(0)).includes('1'));
    assert.deepEqual(await valuesSince(300), ['0', '0', '0', '0', '0', '1']);
  });

  test('octowatch query --since shows its course', async () => {
    const args = ['query', 'octopus_ping_up', '--since', '5h', '--step', '1h', '--url', daemon.url];
    const { code, stdout, stderr } = await octowatch(args, { directory });
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^SERIES +LAST +MIN +MAX +COURSE\noctopus_ping_up\{.*\} +1 +0 +1 +▁▁▁▁▁█$/);
  });
});
