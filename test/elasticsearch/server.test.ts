import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client } from '@elastic/elasticsearch';

const node = process.env.ES_URL;

describe('the Elasticsearch of the tests', { skip: node === undefined && 'ES_URL is not set' }, () => {
  const name = `logs-octopus.probe-${randomUUID().slice(0, 8)}`;
  let client: Client;

  before(async () => {
    client = new Client({ node: node! });
    await client.indices.putIndexTemplate({
      name,
      index_patterns: [name],
      priority: 600,
      data_stream: {},
      template: {
        settings: { number_of_replicas: 0, 'index.mode': 'logsdb' },
        mappings: { properties: { tenant: { type: 'keyword' } } },
      },
    });
  });

  after(async () => {
    // The distribution of the tests cannot delete a data stream, nor then its template; a full server can.
    await client.indices.deleteDataStream({ name }, { ignore: [405] });
    await client.indices.deleteIndexTemplate({ name }, { ignore: [400] });
    await client.close();
  });

  async function create(id: string): Promise<number | undefined> {
    const document = { '@timestamp': '2026-01-01T00:00:00Z', tenant: 'acme' };
    const { items } = await client.bulk({
      index: name,
      refresh: true,
      operations: [{ create: { _id: id } }, document],
    });
    return items[0]?.create?.status;
  }

  test('makes a data stream from a template and keeps an id once', async () => {
    assert.equal(await create('one'), 201);
    assert.equal(await create('one'), 409);
    assert.equal(await create('two'), 201);
    const { count } = await client.count({ index: name });
    assert.equal(count, 2);
  });

  test('rolls a data stream over', async () => {
    assert.equal(await create('before'), 201);
    const { rolled_over: rolledOver, new_index: index } = await client.indices.rollover({ alias: name });
    assert.ok(rolledOver);
    assert.match(index, /-000002$/);
    assert.equal(await create('before'), 201, 'an id is unique only within a backing index');
  });
});
