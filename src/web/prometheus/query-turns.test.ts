import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { search } from '../testing/ask-api.ts';
import { NOW, serveWeb, seriesUntilNow } from '../testing/web-fixture.ts';

const SECONDS = NOW / 1000;
const SERIES = 60;
const POINTS = 11_001;
const reader = seriesUntilNow(...Array.from({ length: SERIES }, (_, i) => `up{tenant="t${i}"} 1`));
/** An answer of 16 MB, which is more than the machine keeps for a client that does not read. */
const LARGE = `query_range?${search({ query: 'up', start: SECONDS, end: SECONDS + 11, step: 0.001 })}`;

test('a large answer arrives whole', async (t) => {
  const url = await serveWeb(t, { reader });
  for (const encoding of ['identity', 'gzip']) {
    const response = await fetch(`${url}/api/v1/${LARGE}`, { headers: { 'accept-encoding': encoding } });
    const { data } = Object(await response.json());
    assert.equal(data.result.length, SERIES);
    for (const { values } of data.result) {
      assert.equal(values.length, POINTS);
      assert.deepEqual(
        [values[0], values.at(-1)],
        [
          [SECONDS, '1'],
          [SECONDS + 11, '1'],
        ],
      );
    }
  }
});

/** Two clients that do not read what they asked for, and a third whose turn has not come. */
async function stalled(
  url: string,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<{ clients: IncomingMessage[]; third: Promise<Response> }> {
  const clients = await Promise.all([beginTo(url), beginTo(url)]);
  await meanwhile();
  let isAnswered = false;
  const third = fetch(`${url}/api/v1/query?query=1`).finally(() => (isAnswered = true));
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  assert.equal(isAnswered, false);
  return { clients, third };
}

async function beginTo(url: string): Promise<IncomingMessage> {
  const [response] = await once(get(`${url}/api/v1/${LARGE}`), 'response');
  return response;
}

test('a turn lasts until the client has its answer, or goes away', async (t) => {
  const { clients, third } = await stalled(await serveWeb(t, { reader }));
  clients[0]?.destroy();
  assert.equal((await third).status, 200);
  clients[1]?.destroy();
});

test('a client that does not read loses its turn when its time is over', async (t) => {
  const clock = new VirtualClock(NOW);
  const url = await serveWeb(t, { reader, clock });
  const { clients, third } = await stalled(url, () => clock.advance(100_000));
  await clock.advance(21_000);
  assert.equal((await third).status, 200);
  for (const client of clients) client.destroy();
});

test('HEAD is refused, as its answer would have no reader', async (t) => {
  const url = await serveWeb(t, { reader });
  const { status, headers } = await fetch(`${url}/api/v1/${LARGE}`, { method: 'HEAD' });
  assert.deepEqual([status, headers.get('allow')], [405, 'GET, POST']);
});

test('a query that would hold more than fits is refused and says what to do', async (t) => {
  const many = seriesUntilNow(...Array.from({ length: 400 }, (_, i) => `up{tenant="t${i}"} 1`));
  const response = await fetch(`${await serveWeb(t, { reader: many })}/api/v1/${LARGE}`);
  const { errorType, error } = Object(await response.json());
  assert.deepEqual([response.status, errorType], [422, 'execution']);
  assert.match(error, /more than 4000000 samples: select fewer series, a shorter range or a longer step/);
});
