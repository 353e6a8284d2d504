import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startLoopbackServer, type Answer } from '../../test/contract/loopback-server.ts';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createCredentials } from './credentials.ts';

const MINUTE = 60_000;
const ROLE = 'arn:aws:iam::123456789012:role/octowatch';
const DENIED = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';

test('keys of a profile that were replaced in its file are taken within 15 minutes', async (t) => {
  const file = join(temporaryDirectory(), 'credentials');
  const before = process.env['AWS_SHARED_CREDENTIALS_FILE'];
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = file;
  t.after(() => {
    if (before === undefined) delete process.env['AWS_SHARED_CREDENTIALS_FILE'];
    else process.env['AWS_SHARED_CREDENTIALS_FILE'] = before;
  });
  const write = (id: string): void =>
    writeFileSync(file, `[fleet]\naws_access_key_id = ${id}\naws_secret_access_key = s\n`);
  write('AKIAOLD');
  const clock = new VirtualClock();
  const credentials = createCredentials({ name: 'main', regions: ['eu-west-1'], profile: 'fleet' }, clock);
  const { accessKeyId, expiration } = await credentials();
  assert.equal(accessKeyId, 'AKIAOLD');
  assert.equal(expiration?.getTime(), 15 * MINUTE, 'the SDK keeps for ever what has no end');
  write('AKIANEW');
  await clock.advance(5 * MINUTE);
  assert.equal((await credentials()).accessKeyId, 'AKIAOLD');
  await clock.advance(10 * MINUTE);
  assert.equal((await credentials()).accessKeyId, 'AKIANEW');
});

test('while the token service is away, credentials are used until they end', async (t) => {
  const { world, credentials, clock } = await assumed(t);
  assert.equal((await credentials()).accessKeyId, 'ASIA1');
  world.answer = () => ({ status: 403, text: DENIED });
  await clock.advance(56 * MINUTE);
  assert.equal((await credentials()).accessKeyId, 'ASIA1');
  const asked = world.asked;
  assert.equal((await credentials()).accessKeyId, 'ASIA1');
  assert.equal(world.asked, asked, 'not asked by each request');
  await clock.advance(4 * MINUTE);
  await assert.rejects(credentials(), /sts:AssumeRole of arn:aws:iam::123456789012:role\/octowatch/);
});

test('a clock that is set back makes nothing last longer', async (t) => {
  const { credentials, clock, set } = await assumed(t);
  await credentials();
  await clock.advance(MINUTE);
  set(clock.now() - 24 * 60 * MINUTE);
  assert.equal((await credentials()).accessKeyId, 'ASIA2');
});

interface World {
  asked: number;
  answer: () => Answer;
}

/** Credentials of a role that are good for an hour, by a token service that counts. */
async function assumed(t: TestContext) {
  const clock = new VirtualClock(Date.now());
  let setBackMs = 0;
  const shifted = {
    now: () => clock.now() - setBackMs,
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
  };
  const world: World = { asked: 0, answer: () => token(world.asked, shifted.now() + 60 * MINUTE) };
  const { url } = await startLoopbackServer(t, () => {
    world.asked++;
    return world.answer();
  });
  const keys = { access_key_id: 'AKIDEXAMPLE', secret_access_key: 'secret', endpoint: url };
  const account = { name: 'main', regions: ['eu-west-1'], role_arn: ROLE, ...keys };
  const set = (now: number): void => {
    setBackMs = clock.now() - now;
  };
  return { world, clock, set, credentials: createCredentials(account, shifted) };
}

function token(count: number, until: number): Answer {
  const keys = `<AccessKeyId>ASIA${count}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>`;
  const end = `<SessionToken>t</SessionToken><Expiration>${new Date(until).toISOString()}</Expiration>`;
  const result = `<AssumeRoleResult><Credentials>${keys}${end}</Credentials></AssumeRoleResult>`;
  return { text: `<AssumeRoleResponse>${result}</AssumeRoleResponse>` };
}
