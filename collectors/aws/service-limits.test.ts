import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AwsAction, OutputOf } from '../../src/aws/actions.ts';
import { Failure } from '../../src/model/failure.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createLimitCache, type LimitReading } from './service-limits.ts';

type Values = Readonly<Record<string, number>>;

interface Quotas {
  asked: number;
  denied: boolean;
  away: boolean;
  readonly clock: VirtualClock;
  readonly stop: AbortController;
  readonly reading: LimitReading;
}

/** Service Quotas with these values; `denied` while it may not be asked. */
function quotasOf(applied: Values, usual: Values = {}): Quotas {
  const clock = new VirtualClock(1_000_000);
  const stop = new AbortController();
  const { log } = recordedLog();
  const aws = { pages: answer };
  const quotas = { asked: 0, denied: false, away: false, clock, stop };

  async function* answer<Action extends AwsAction>(action: Action): AsyncGenerator<OutputOf<Action>> {
    quotas.asked++;
    await Promise.resolve();
    if (quotas.away) throw new Failure('server_error', 'away');
    if (quotas.denied) throw new Failure('forbidden', 'not allowed');
    const values = action === 'servicequotas:ListServiceQuotas' ? applied : usual;
    const page = { Quotas: Object.entries(values).map(([QuotaCode, Value]) => ({ QuotaCode, Value })) };
    yield page as unknown as OutputOf<Action>;
  }

  return Object.assign(quotas, { reading: { aws, signal: stop.signal, context: { clock, log } } });
}

const STANDARD = 'L-1216C47A';

test('what the account was granted comes before the default of AWS, and that before ours', async () => {
  const quotas = quotasOf({ [STANDARD]: 640 }, { [STANDARD]: 5, 'L-DB2E81BA': 64 });
  const limits = await createLimitCache().of('main/eu-west-1', 'ec2', quotas.reading);
  assert.deepEqual(limits.get('ec2_standard_vcpus'), { limit: 640, assumed: false });
  assert.deepEqual(limits.get('ec2_g_vt_vcpus'), { limit: 64, assumed: true });
  assert.deepEqual(limits.get('vpc_elastic_ips'), { limit: 5, assumed: true });
});

test('limits of storage are told in TiB and kept in bytes', async () => {
  const limits = await createLimitCache().of(
    'main/eu-west-1',
    'ebs',
    quotasOf({ 'L-7A658B76': 200 }).reading,
  );
  assert.deepEqual(limits.get('ebs_gp3_storage_bytes'), { limit: 200 * 2 ** 40, assumed: false });
});

test('defaults are not asked for where every limit is known', async () => {
  const quotas = quotasOf({ 'L-F141DD1D': 2500 });
  await createLimitCache().of('main/eu-west-1', 'acm', quotas.reading);
  assert.equal(quotas.asked, 1);
});

test('a place is asked once an hour; another place has limits of its own', async () => {
  const quotas = quotasOf({ 'L-F141DD1D': 2500 });
  const cache = createLimitCache();
  for (let turn = 0; turn < 7; turn++) {
    await cache.of('main/eu-west-1', 'acm', quotas.reading);
    await quotas.clock.advance(600_000);
  }
  assert.equal(quotas.asked, 2);
  await cache.of('main/us-east-1', 'acm', quotas.reading);
  assert.equal(quotas.asked, 3);
});

test('without permission usage goes by the defaults of AWS, or by what was known', async () => {
  const quotas = quotasOf({ 'L-F141DD1D': 5000 });
  quotas.denied = true;
  const cache = createLimitCache();
  const limitOf = async (): Promise<unknown> =>
    (await cache.of('main/eu-west-1', 'acm', quotas.reading)).get('acm_certificates')?.limit;
  assert.equal(await limitOf(), 2500);
  quotas.denied = false;
  assert.equal(await limitOf(), 5000);
  quotas.denied = true;
  await quotas.clock.advance(2 * 3_600_000);
  assert.equal(await limitOf(), 5000);
  await assert.rejects(cache.refresh('main/eu-west-1', 'acm', quotas.reading), /not allowed/);
});

test('a service that only failed makes no limit known: a default would be a false alert', async () => {
  const quotas = quotasOf({ [STANDARD]: 640 });
  quotas.away = true;
  const cache = createLimitCache();
  assert.equal((await cache.of('main/eu-west-1', 'ec2', quotas.reading)).size, 0);
  quotas.away = false;
  const limits = await cache.of('main/eu-west-1', 'ec2', quotas.reading);
  assert.equal(limits.get('ec2_standard_vcpus')?.limit, 640);
});

test('a poll that is stopped ends, and makes up no limits', async () => {
  const quotas = quotasOf({});
  quotas.denied = true;
  quotas.stop.abort(new Failure('aborted', 'stop'));
  await assert.rejects(createLimitCache().of('main/eu-west-1', 'acm', quotas.reading), /stop/);
});
