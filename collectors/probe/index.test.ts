import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, describe, test, type TestContext } from 'node:test';
import type { PollCollector, Target } from '../../src/collect/contract.ts';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { PollResult } from '../../src/collect/running-poll.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Prober } from '../../src/model/ports.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createProber } from '../../src/system/prober.ts';
import { systemDisk } from '../../src/system/system-disk.ts';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { startLoopbackServer, type Answer, type Received } from '../../test/contract/loopback-server.ts';
import { testPollContract } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { makeCertificates } from '../../test/fakes/certificates.ts';
import { startNameServer } from '../../test/fakes/name-server.ts';
import { createProbe } from './index.ts';
import type { ProbeSettings } from './settings.ts';

const PLACE = { kind: 'probe', name: 'portal' } as const;
const expired = makeCertificates('expired', { days: -1 });
const good = makeCertificates('good');
after(() => {
  for (const { directory } of [expired, good]) rmSync(directory, { recursive: true });
});

function settingsOf(probe: object): ProbeSettings {
  return configSchema.parse({ collectors: { probe } }).collectors.probe;
}

/** Every phase takes a quarter of a second, so that what is yielded can be compared. */
function steady(prober: Prober): Prober {
  return {
    ...prober,
    async http(request) {
      const seen = await prober.http(request);
      const phases = Object.keys(seen.phases).map((phase) => [phase, 0.25]);
      return { ...seen, phases: Object.fromEntries(phases) };
    },
  };
}

function pollNamed(name: string, probe: ProbeSettings, prober = createProber()): PollCollector {
  const polls = createProbe({ prober, disk: systemDisk, settings: () => ({ probe }) });
  const found = polls.find((poll) => poll.name === name);
  assert.ok(found !== undefined);
  return found;
}

const answer = ({ path }: Received): Answer =>
  path === '/' ? { status: 302, headers: { location: '/app' } } : { text: 'Octopus' };
const down = [
  {
    probe_success: 0,
    probe_duration_seconds: 1,
    probe_dns_lookup_time_seconds: 0.25,
    probe_ip_protocol: 4,
    probe_ssl_earliest_cert_expiry: undefined,
    probe_dns_answer_rrs: undefined,
    probe_http_status_code: 503,
    probe_http_redirects: 0,
    probe_http_version: 1.1,
    probe_http_ssl: 0,
    probe_http_content_length: undefined,
    probe_failed_due_to_regex: undefined,
    probe_failed_due_to_redirect_loop: 0,
  },
  ...['resolve', 'connect', 'processing', 'transfer'].map(() => ({ probe_http_duration_seconds: 0.25 })),
  { probe_failure_info: 1 },
];

testPollContract({
  name: 'probe/instance',
  create: () => pollNamed('probe/instance', settingsOf({ instances: {} }), steady(createProber())),
  answer,
  golden: new URL('fixtures/golden/instance.json', import.meta.url),
  whenDown: down,
});

testPollContract({
  name: 'probe/target',
  place: PLACE,
  create({ url }) {
    const settings = settingsOf({ targets: [{ name: 'portal', module: 'http', url, tenant: 'acme' }] });
    return pollNamed('probe/target', settings, steady(createProber()));
  },
  answer,
  golden: new URL('fixtures/golden/target.json', import.meta.url),
  whenDown: down,
});

interface Options {
  readonly state?: JsonValue;
  readonly fleet?: readonly Partial<Target>[];
}

interface Probed {
  readonly result: PollResult;
  /** All that was yielded, by metric; of info series, the last label. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly tenants: readonly (string | undefined)[];
  readonly warned: readonly string[];
}

/** Probes one target once. */
async function probed(
  t: TestContext,
  target: object,
  { state = null, fleet = [] }: Options = {},
): Promise<Probed> {
  const base = { tenant: '', info: {}, files: {}, timeZone: 'UTC' };
  const { log, lines } = recordedLog();
  const result = await pollOnce(
    pollNamed('probe/target', settingsOf({ targets: [{ name: 'portal', ...target }] })),
    { ...base, place: PLACE },
    {
      clock: new VirtualClock(0),
      deadlineMs: 35_000,
      log,
      metrics: countedMetrics().metrics,
      state,
      fleet: fleetOf(() => fleet.map((each) => ({ ...base, ...each }))),
      isSource: () => true,
    },
    t.signal,
  );
  assert.equal(result.failure, undefined);
  const values = result.points.map(({ values: each, dimensions: { reason, version } }) =>
    reason === undefined && version === undefined ? each : { reason, version },
  );
  return {
    result,
    values: Object.assign(
      {},
      ...values.map((each) => JSON.parse(JSON.stringify(each)) as object),
    ) as object as Probed['values'],
    tenants: [...new Set(result.points.map(({ tenant }) => tenant))],
    warned: lines,
  };
}

/** The reason of a target's failure; undefined when it is well. */
async function reasonOf(t: TestContext, target: object): Promise<unknown> {
  const { values } = await probed(t, target);
  assert.equal(values['probe_success'], values['reason'] === undefined ? 1 : 0);
  return values['reason'];
}

describe('redirects', () => {
  test('in a circle are a loop, whose URLs the log names without their queries', async (t) => {
    const { url } = await startLoopbackServer(t, ({ path }) => ({
      status: 302,
      headers: { location: path === '/app' ? '/users/sign-in?ReturnUrl=secret' : '/app?token=secret' },
    }));
    const { values, warned } = await probed(t, { module: 'http', url: `${url}/app` });
    assert.equal(values['reason'], 'redirect_loop');
    assert.equal(values['probe_failed_due_to_redirect_loop'], 1);
    assert.equal(values['probe_http_status_code'], 302);
    const [line = ''] = warned;
    const error = (JSON.parse(line) as { error: string }).error.replaceAll(url, '');
    assert.equal(error, 'redirect loop: /users/sign-in → /app → /users/sign-in');
    assert.doesNotMatch(line, /secret/);
  });

  test('that go on for ever are one too, though no URL comes twice', async (t) => {
    const { url, received } = await startLoopbackServer(t, ({ query }) => ({
      status: 302,
      headers: { location: `/sign-in?return=${'x'.repeat((query.get('return') ?? '').length + 1)}` },
    }));
    const { values } = await probed(t, { module: 'http', url });
    assert.deepEqual([values['reason'], values['probe_http_redirects']], ['redirect_loop', 10]);
    assert.equal(received.length, 11);
  });

  test('to the same URL are none when a cookie has come with them', async (t) => {
    const { url } = await startLoopbackServer(t, ({ headers }) =>
      headers.cookie === 'session=1'
        ? { text: 'in' }
        : { status: 302, headers: { location: '/', 'set-cookie': 'session=1; Path=/; HttpOnly' } },
    );
    const { values } = await probed(t, { module: 'http', url });
    assert.deepEqual([values['probe_success'], values['probe_http_redirects']], [1, 1]);
  });

  test('to another host carry no secret there', async (t) => {
    const other = await startLoopbackServer(t, () => ({ text: 'ok' }));
    const own = await startLoopbackServer(t, () => ({ status: 307, headers: { location: other.url } }));
    const secrets = {
      bearer_token: 'topsecret',
      headers: 'X-Key: topsecret',
      method: 'POST',
      body: 'topsecret',
    };
    assert.equal(await reasonOf(t, { module: 'http', url: own.url, ...secrets }), undefined);
    const [first, second] = [own.received[0], other.received[0]];
    assert.deepEqual(
      [first?.headers.authorization, first?.headers['x-key'], first?.body],
      ['Bearer topsecret', 'topsecret', 'topsecret'],
    );
    assert.doesNotMatch(JSON.stringify([second?.headers, second?.body]), /topsecret/);
  });

  test('of an instance do not lead to this machine by another name', async (t) => {
    const other = await startLoopbackServer(t, () => ({ text: 'ok' }));
    const { port } = new URL(other.url);
    const { url } = await startLoopbackServer(t, () => ({
      status: 302,
      headers: { location: `http://localhost:${port}/` },
    }));
    assert.equal(await reasonOf(t, { module: 'http', url }), 'forbidden_address');
    assert.deepEqual(other.received, []);
  });

  test('are left alone where they are not to be followed', async (t) => {
    const { url, received } = await startLoopbackServer(t, answer);
    const target = { module: 'http', url, follow_redirects: false, valid_status_codes: [302] };
    assert.equal(await reasonOf(t, target), undefined);
    assert.equal(received.length, 1);
  });

  test('to what is no http address cannot be followed', async (t) => {
    const { url } = await startLoopbackServer(t, () => ({
      status: 302,
      headers: { location: 'file:///etc' },
    }));
    assert.equal(await reasonOf(t, { module: 'http', url }), 'bad_redirect');
  });
});

describe('an answer is not as it should be', () => {
  test('by its status or its body', async (t) => {
    const { url } = await startLoopbackServer(t, () => ({ status: 404, text: 'Octopus is starting' }));
    const reasons = await Promise.all(
      [
        {},
        { valid_status_codes: [404] },
        { valid_status_codes: [404], fail_if_body_matches_regexp: 'is st.rting' },
        { valid_status_codes: [404], fail_if_body_not_matches_regexp: '^Octopus' },
        { valid_status_codes: [404], fail_if_body_not_matches_regexp: '^Deploy' },
      ].map((more) => reasonOf(t, { module: 'http', url, ...more })),
    );
    assert.deepEqual(reasons, ['status', undefined, 'body', undefined, 'body']);
  });

  test('when its body never ends; what came before is known', async (t) => {
    const { url } = await startLoopbackServer(t, () => ({ text: 'ab', hang: 'in_the_body' }));
    const { values } = await probed(t, { module: 'http', url, timeout: '200ms' });
    assert.deepEqual([values['reason'], values['probe_http_status_code']], ['timeout', 200]);
    assert.equal(values['probe_http_content_length'], undefined);
  });
});

test('a probe takes less than the interval, so that a late one is an answer and no failed poll', async () => {
  const waits: number[] = [];
  const prober = createProber();
  const asking: Prober = {
    ...prober,
    tcp(request) {
      waits.push(request.timeoutMs);
      return Promise.resolve({ phases: {} });
    },
  };
  const targets = [{ name: 'portal', module: 'tcp', address: '127.0.0.1:1', timeout: '30s' }];
  for (const settings of [settingsOf({ targets }), settingsOf({ targets, interval: '10s' })])
    for await (const _ of pollNamed('probe/target', settings, asking).poll(
      { tenant: '', place: PLACE, info: {}, files: {}, timeZone: 'UTC' },
      {
        signal: new AbortController().signal,
        clock: new VirtualClock(0),
        log: recordedLog().log,
        metrics: countedMetrics().metrics,
        state: null,
        fleet: fleetOf(() => []),
        isSource: () => true,
      },
    ));
  assert.deepEqual(waits, [30_000, 8000]);
});

describe('certificates', () => {
  async function serve(t: TestContext, { key, cert }: typeof good): Promise<number> {
    const server = createHttpsServer({ key, cert }, (_, response) => void response.end('x'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  test('that have expired fail, and say since when', async (t) => {
    const address = `127.0.0.1:${await serve(t, expired)}`;
    const tls_config = { ca_file: expired.caFile };
    for (const target of [
      { module: 'tcp', address, tls: true, tls_config },
      { module: 'http', url: `https://${address}`, tls_config },
    ]) {
      const { values } = await probed(t, target);
      assert.equal(values['reason'], 'certificate_expired');
      const hours = (Date.now() / 1000 - Number(values['probe_ssl_earliest_cert_expiry'])) / 3600;
      assert.ok(hours > 23 && hours < 25, `${hours} h`);
    }
  });

  test('that are well tell when they expire, and by which TLS', async (t) => {
    const url = `https://127.0.0.1:${await serve(t, good)}`;
    const { values } = await probed(t, { module: 'http', url, tls_config: { ca_file: good.caFile } });
    assert.deepEqual(
      [values['probe_success'], values['probe_http_ssl'], values['version']],
      [1, 1, 'TLS 1.3'],
    );
    assert.ok(Number(values['probe_ssl_earliest_cert_expiry']) > Date.now() / 1000);
  });

  test('of which nobody knows the authority are not trusted', async (t) => {
    const url = `https://127.0.0.1:${await serve(t, good)}`;
    assert.equal(await reasonOf(t, { module: 'http', url }), 'certificate_untrusted');
  });
});

test('a name server is asked for the records that must be there', async (t) => {
  const { server } = await startNameServer(t, (name) =>
    name === 'gone.example' ? 'nxdomain' : ['10.0.0.1'],
  );
  const target = { module: 'dns', server, query_name: 'octopus.example' };
  const { values } = await probed(t, target);
  assert.deepEqual([values['probe_success'], values['probe_dns_answer_rrs']], [1, 1]);
  assert.equal(await reasonOf(t, { ...target, answers: ['10.0.0.1'] }), undefined);
  assert.equal(await reasonOf(t, { ...target, answers: ['10.0.0.9'] }), 'dns_answer');
  assert.equal(await reasonOf(t, { ...target, query_name: 'gone.example' }), 'dns_not_found');
});

describe('whose a target is', () => {
  test('the configuration says, of tenants that the fleet has', async (t) => {
    const { url } = await startLoopbackServer(t, () => ({ text: 'ok' }));
    const target = { module: 'http', url, tenant: 'acme' };
    assert.deepEqual((await probed(t, target, { fleet: [{ tenant: 'acme' }] })).tenants, ['acme']);
    assert.deepEqual((await probed(t, target)).tenants, [undefined]);
  });

  test('and one that sleeps is not woken', async (t) => {
    const { url, received } = await startLoopbackServer(t, () => ({ text: 'ok' }));
    const fleet = [{ tenant: 'acme', asleep: true }];
    const { result } = await probed(t, { module: 'http', url, tenant: 'acme' }, { fleet });
    assert.deepEqual([result.points, received], [[], []]);
  });
});

test('a failure is logged when it begins, and when its reason changes', async (t) => {
  const { url } = await startLoopbackServer(t, () => ({ status: 503 }));
  const target = { module: 'http', url };
  const first = await probed(t, target);
  const state = first.result.state;
  assert.deepEqual([first.warned.length, state], [1, ['portal status']]);
  assert.equal((await probed(t, target, { state })).warned.length, 0);
  assert.equal((await probed(t, target, { state: ['portal timeout'] })).warned.length, 1);
});
