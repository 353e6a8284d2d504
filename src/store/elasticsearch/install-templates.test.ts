import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queueDataset, quietLog, requestDataset } from '../../../test/fakes/spool-harness.ts';
import { Failure } from '../../model/failure.ts';
import type { Call } from './connection.ts';
import { installTemplates, type Installed, type InstallOptions } from './install-templates.ts';

const DAY = 86_400_000;
const never = new AbortController().signal;
const EVENTS = 'logs-octopus.request-prod';

interface Server {
  readonly templates: Map<string, { readonly _meta: { readonly version: number } }>;
  readonly calls: string[];
  readonly warned: string[];
  install(options?: Partial<InstallOptions>): Promise<Installed>;
}

/** A server that refuses requests whose path or body contain one of these texts. */
function serverThatRefuses(...texts: readonly string[]): Server {
  const templates: Server['templates'] = new Map();
  const calls: string[] = [];
  const warned: string[] = [];
  const log = { ...quietLog, warn: (_fields: object, message: string) => void warned.push(message) };

  async function request({ method, path, json }: Call): Promise<unknown> {
    const name = path.split('/')[2] ?? '';
    if (method === 'GET') {
      const template = templates.get(name);
      if (template === undefined) throw new Failure('not_found', 'no template');
      return { index_templates: [{ index_template: template }] };
    }
    calls.push(`${method} ${path}`);
    const text = `${path} ${JSON.stringify(json ?? {})}`;
    if (texts.some((refused) => text.includes(refused))) throw new Failure('rejected', `no ${path}`);
    if (path.startsWith('/_index_template')) templates.set(name, json as { _meta: { version: number } });
    return { acknowledged: true };
  }

  async function install(options: Partial<InstallOptions> = {}): Promise<Installed> {
    calls.length = 0;
    const retention = { eventsRetentionMs: 7 * DAY, metricsRetentionMs: 90 * DAY };
    const datasets = [requestDataset, queueDataset];
    const connection = { request, close: () => Promise.resolve() };
    return installTemplates(
      connection,
      { namespace: 'prod', datasets, log, ...retention, ...options },
      never,
    );
  }
  return { templates, calls, warned, install };
}

test('ILM does the retention where data streams have none of their own', async () => {
  const { install, calls, templates, warned } = serverThatRefuses('data_retention');
  assert.deepEqual(await install(), { timeSeries: true });
  assert.match(JSON.stringify(templates.get(EVENTS)), /"index.lifecycle.name":"octowatch-events-prod"/);
  assert.ok(calls.includes('PUT /_ilm/policy/octowatch-events-prod'));
  assert.ok(calls.includes('PUT /_ilm/policy/octowatch-metrics-prod'));
  assert.deepEqual(warned, []);
});

test('neither: one warning for all streams', async () => {
  const { install, warned } = serverThatRefuses('data_retention', 'lifecycle.name');
  await install();
  assert.deepEqual(warned, ['server refuses retention: delete old documents yourself']);
});

test('without time-series mode documents need ids of ours', async () => {
  const { install, warned } = serverThatRefuses('time_series');
  assert.deepEqual(await install(), { timeSeries: false });
  assert.deepEqual(warned, ['server refuses logsdb or time-series mode: a standard index takes more disk']);
});

test('a changed template: the stream learns its fields first, its retention only if it changed', async () => {
  const { install, calls } = serverThatRefuses();
  await install();
  await install();
  assert.deepEqual(calls, []);
  await install({ datasets: [{ ...requestDataset, fields: { user: requestDataset.fields.user } }] });
  assert.deepEqual(calls, [`PUT /${EVENTS}/_mapping`, `PUT /_index_template/${EVENTS}`]);
  await install({ datasets: [requestDataset], eventsRetentionMs: DAY });
  assert.deepEqual(calls, [
    `PUT /${EVENTS}/_mapping`,
    `PUT /_data_stream/${EVENTS}/_lifecycle`,
    `PUT /_index_template/${EVENTS}`,
  ]);
});

test('what a stream cannot learn begins with a new index, once the template is there', async () => {
  const { install, calls } = serverThatRefuses('_mapping');
  await install();
  await install({ datasets: [{ ...requestDataset, fields: {} }] });
  assert.deepEqual(calls, [
    `PUT /${EVENTS}/_mapping`,
    `PUT /_index_template/${EVENTS}`,
    `POST /${EVENTS}/_rollover`,
  ]);
});

test('a template of a newer release is left alone', async () => {
  const { install, calls, templates } = serverThatRefuses();
  templates.set(EVENTS, { _meta: { version: 99 } });
  await install({ datasets: [requestDataset] });
  assert.deepEqual(calls, []);
});
