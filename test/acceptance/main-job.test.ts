import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { octopusServerLog } from '../../collectors/octopus-server-log/index.ts';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { systemClock } from '../../src/system/system-clock.ts';
import { startFakePagerDuty, type FakePagerDuty } from '../fakes/pagerduty.ts';
import { silentLog } from '../fakes/silent-log.ts';
import { startFakeSlack, type FakeSlack } from '../fakes/slack.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { elasticsearchView } from './elasticsearch-view.ts';
import { eventually } from './eventually.ts';
import { watchCondition } from './watch-condition.ts';

const ES_URL = process.env['ES_URL'];
const ROUTING_KEY = 'R'.repeat(32);
const PAGE_WITHIN_MS = 5000;
const LONG_MS = 60_000;

/** Tenants that are busy at any hour, so that a stuck queue shows at once. */
const TENANTS = ['acme', 'globex', 'initech', 'umbrella'].map((tenant) => ({
  tenant,
  kind: 'active' as const,
  calendar: 'always-busy' as const,
  tasksPerDay: 20_000,
  taskLength: 0.1,
  taskCap: 10,
  nodeCount: 1 as const,
  hasSchedules: tenant === 'initech' || tenant === 'umbrella',
}));

interface Scene {
  readonly directory: string;
  readonly namespace: string;
  readonly simulator: Simulator;
  readonly pagerDuty: FakePagerDuty;
  readonly slack: FakeSlack;
  config(): Record<string, unknown>;
  close(): Promise<void>;
}

async function openScene(): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'octowatch-'));
  const namespace = `acceptance${process.pid}.${directory
    .slice(-6)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x')}`;
  const pagerDuty = await startFakePagerDuty();
  const slack = await startFakeSlack();
  const simulator = await startSimulator({
    seed: 11,
    tenants: TENANTS,
    clock: systemClock,
    directory: join(directory, 'fleet'),
    log: silentLog,
    stepMs: 200,
    // Shortly after midnight what was logged before would be in an archive already, which nobody reads at a first start.
    warmUpMs: 1000,
  });
  const config = (): Record<string, unknown> => ({
    namespace,
    fleet: {
      instances: simulator.instances.map(({ tenant, url, apiKey, logFile, info }) => ({
        tenant,
        url,
        api_key: apiKey,
        info,
        files: { 'octopus-server-log': [logFile] },
      })),
    },
    collectors: {
      'octopus-api': { interval: '1s', requests_per_minute: 6000 },
      'octopus-server-log': { read_from: 'beginning' },
    },
    ...(ES_URL === undefined ? {} : { store: { elasticsearch: { nodes: [ES_URL] } } }),
    rules: { files: [join(import.meta.dirname, 'rules.yml')], interval: '1s' },
    route: { receiver: 'oncall', group_wait: '0s', group_interval: '1s' },
    receivers: [
      {
        name: 'oncall',
        pagerduty_configs: [{ routing_key: ROUTING_KEY, url: pagerDuty.url }],
        slack_configs: [{ channel: 'C0ONCALL', bot_token: slack.token, api_url: slack.url }],
      },
    ],
    heal: { armed: ['octopus-task-cancel'], page_after: '5m', 'octopus-task-cancel': { min_age: '5s' } },
  });
  return {
    directory,
    namespace,
    simulator,
    pagerDuty,
    slack,
    config,
    async close() {
      await simulator.close();
      await Promise.all([pagerDuty.close(), slack.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Events that PagerDuty accepted for a tenant, as actions in their order. */
function paged({ pagerDuty }: Scene, tenant: string): string[] {
  const keys = new Set(
    pagerDuty.events.filter(({ payload }) => payload?.source === tenant).map(({ dedup_key: key }) => key),
  );
  return pagerDuty.events
    .filter(({ dedup_key: key }) => keys.has(key))
    .map(({ event_action: action }) => action);
}

function slackTexts({ slack }: Scene, tenant: string): string[][] {
  return slack.messages
    .filter(
      ({ thread, history }) => thread === undefined && history.some(({ text }) => text.includes(tenant)),
    )
    .map(({ history }) => history.map(({ text }) => text));
}

for (const crash of [false, true]) {
  describe(crash ? 'the main job, killed with -9 in the middle of everything' : 'the main job', () => {
    let scene: Scene;
    let daemon: Daemon;

    before(async () => {
      scene = await openScene();
      daemon = await startDaemon({ config: scene.config(), directory: scene.directory });
    });
    after(async () => {
      await daemon?.[Symbol.asyncDispose]();
      await scene?.close();
    });

    async function crashAndStartAgain(): Promise<void> {
      if (!crash) return;
      await daemon.kill9();
      daemon = await startDaemon({ config: scene.config(), directory: scene.directory });
    }

    test('a stuck queue is one page and one message, soon, and both are resolved', async () => {
      const { simulator, pagerDuty } = scene;
      const instance = simulator.instances.find(({ tenant }) => tenant === 'globex');
      assert.ok(instance);
      const incident = simulator.inject({ type: 'T1', tenants: ['globex'], durationMs: 10 * LONG_MS });
      const trueAt = await watchCondition(instance, { waitingMs: 8000, noStartMs: 8000 });
      const trigger = await eventually(
        'the page arrives',
        () => pagerDuty.events.find(({ payload }) => payload?.source === 'globex'),
        LONG_MS,
      );
      const took = trigger.receivedAt - trueAt;
      assert.ok(took <= PAGE_WITHIN_MS, `the page took ${took} ms`);
      await eventually('the message arrives', () => slackTexts(scene, 'globex').length === 1);

      await crashAndStartAgain();
      await new Promise((resolve) => setTimeout(resolve, 5000));
      assert.deepEqual(paged(scene, 'globex'), ['trigger']);
      incident.end();
      await eventually('the resolve arrives', () => paged(scene, 'globex').includes('resolve'), LONG_MS);
      await eventually(
        'the message says so',
        () => /resolved/i.test(slackTexts(scene, 'globex')[0]?.at(-1) ?? ''),
        LONG_MS,
      );
      assert.deepEqual(paged(scene, 'globex'), ['trigger', 'resolve']);
      assert.equal(slackTexts(scene, 'globex').length, 1);
    });

    test('a stuck task is cancelled while its page is held', async () => {
      const { simulator } = scene;
      simulator.inject({ type: 'T2', tenants: ['initech'], durationMs: 10 * LONG_MS });
      await eventually('the task is cancelled', () => simulator.cancelled('initech').length > 0, LONG_MS);
      await crashAndStartAgain();
      await eventually(
        'the message says resolved',
        () => /resolved/i.test(slackTexts(scene, 'initech')[0]?.at(-1) ?? ''),
        LONG_MS,
      );
      const [texts = []] = slackTexts(scene, 'initech');
      assert.match(texts[0] ?? '', /healing/i);
      assert.equal(slackTexts(scene, 'initech').length, 1);
      assert.deepEqual(paged(scene, 'initech'), [], 'nobody was woken');
      assert.equal(simulator.cancelled('initech').length, 1, 'cancelled once');
    });

    test(
      'Elasticsearch has every line once, and every reading, as declared',
      { skip: ES_URL === undefined && 'no Elasticsearch: set ES_URL' },
      async () => {
        const { simulator, namespace } = scene;
        const view = elasticsearchView(ES_URL ?? '');
        await simulator.close();
        const written = requestLines(simulator);
        const stream = `logs-octopus.web_request-${namespace}`;
        await eventually(
          'every line is delivered',
          async () => (await view.count(stream)) >= written,
          LONG_MS,
        );
        await daemon.stop();
        assert.equal(await view.count(stream), written);
        const {
          '@timestamp': timeType,
          tenant,
          route,
          status,
          duration_seconds: duration,
        } = await view.fieldTypes(stream);
        assert.deepEqual(
          [timeType, tenant, route, status, duration],
          ['date', 'keyword', 'keyword', 'keyword', 'float'],
        );
        const [request] = await view.search(stream);
        assert.match(String(request?.['route']), /^\/api/);

        const pings = `metrics-octopus.ping-${namespace}`;
        assert.equal(await view.cardinality(pings, 'tenant'), TENANTS.length);
        assert.ok((await view.count(pings, { term: { octopus_ping_up: 1 } })) > TENANTS.length);
        assert.equal((await view.fieldTypes(pings))['octopus_ping_up'], 'double');
        assert.ok((await view.count(`logs-octopus.task-${namespace}`)) > 0);
      },
    );
  });
}

/** Requests in all log files of the fleet, counted by the parser itself. */
function requestLines(simulator: Simulator): number {
  const files = simulator.instances.flatMap(({ logDirectory }) => globSync(join(logDirectory, '*.txt')));
  return files.reduce((sum, file) => {
    const batch = new ColumnBatch();
    const target = { tenant: 't', info: {}, files: {}, timeZone: 'UTC' };
    octopusServerLog.createParser(target, () => true).parse(readFileSync(file), 0, batch);
    const tables = [...batch.tables()].filter(({ dataset }) => dataset.name === 'web_request');
    return sum + tables.reduce((rows, table) => rows + table.rows, 0);
  }, 0);
}
