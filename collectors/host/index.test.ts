import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PollCollector } from '../../src/collect/contract.ts';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { PollResult } from '../../src/collect/running-poll.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Disk, DiskFile } from '../../src/model/ports.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { systemDisk } from '../../src/system/system-disk.ts';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { testPollContract, type Condition } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import { createHost } from './index.ts';
import type { HostSettings } from './settings.ts';

const SELF = { kind: 'host', name: 'self' } as const;
const POLLS = ['cpu', 'memory', 'disk', 'network', 'files'];
const space = { size: 1000, free: 400, available: 300, files: 50, filesFree: 20 };
const fixtureDisk: Disk = { ...systemDisk, statfs: () => Promise.resolve(space) };

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

function diskIn(condition: Condition): Disk {
  if (condition === 'well') return fixtureDisk;
  if (condition === 'silent') return { ...fixtureDisk, open: () => new Promise(() => undefined) };
  const html = Buffer.from('<html>\n');
  const file = {
    read: (into: Uint8Array, position: number) => Promise.resolve(position === 0 ? html.copy(into) : 0),
    close: () => Promise.resolve(),
  } as unknown as DiskFile;
  return { ...fixtureDisk, open: () => Promise.resolve(file) };
}

/** The poll `host/<name>`. */
function pollNamed(name: string, disk: Disk, settings: Partial<HostSettings>): PollCollector {
  const host = { root: '/', scope: 'auto', ...settings } as const;
  const found = createHost({ disk, settings: () => ({ host }) }).find((poll) => poll.name === `host/${name}`);
  assert.ok(found !== undefined);
  return found;
}

for (const scope of ['machine', 'container'])
  describe(`of a ${scope}`, () => {
    for (const name of POLLS)
      testPollContract({
        name: `host/${name}`,
        place: SELF,
        create: (_, condition) => pollNamed(name, diskIn(condition), { root: fixture(scope) }),
        golden: new URL(`fixtures/golden/${scope}-${name}.json`, import.meta.url),
      });
  });

interface Reading {
  readonly files?: Readonly<Record<string, string>>;
  readonly disk?: Disk;
  readonly settings?: Partial<HostSettings>;
}

/** Polls a root directory made of `files`, whose names are paths. */
function read(t: TestContext, name: string, options: Reading = {}): Promise<PollResult> {
  const { files = {}, disk = fixtureDisk, settings = {} } = options;
  return pollWith(t, pollNamed(name, disk, { root: rootOf(t, files), ...settings }), new VirtualClock(0));
}

function rootOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = temporaryDirectory();
  for (const [path, text] of Object.entries({ 'etc/hostname': 'h\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function pollWith(t: TestContext, poll: PollCollector, clock: VirtualClock): Promise<PollResult> {
  const around = { clock, deadlineMs: 10_000, log: recordedLog().log, metrics: countedMetrics().metrics };
  return pollOnce(
    poll,
    { tenant: '', place: SELF, info: {}, files: {}, timeZone: 'UTC' },
    { ...around, state: null, fleet: fleetOf(() => []), isSource: () => true },
    t.signal,
  );
}

/** The values of all points under `metric`, by what `label` says. */
function valuesOf({ points, failure }: PollResult, metric: string, label: string): Record<string, unknown> {
  assert.equal(failure, undefined);
  const having = points.filter(({ values }) => values[metric] !== undefined);
  return Object.fromEntries(
    having.map(({ dimensions, values }) => [dimensions[label] ?? '', values[metric]]),
  );
}

const STAT = 'ctxt 1\nbtime 2\nprocesses 3\nprocs_running 1\nprocs_blocked 0\n';

describe('what is not there', () => {
  test('a kernel without pressure has no stalls, and is read besides', async (t) => {
    const result = await read(t, 'cpu', { files: { 'proc/stat': `cpu 1 2 3 4\n${STAT}` } });
    assert.deepEqual(valuesOf(result, 'node_pressure_cpu_waiting_seconds_total', 'instance'), {});
    assert.deepEqual(valuesOf(result, 'host_pressure_ratio', 'kind'), {});
    assert.deepEqual(valuesOf(result, 'node_boot_time_seconds', 'instance'), { h: 2 });
  });

  test('the same where it was told not to count (psi=0)', async (t) => {
    const refusal = Object.assign(new Error('not supported'), { code: 'EOPNOTSUPP' });
    const disk: Disk = {
      ...fixtureDisk,
      open: (path, mode) =>
        path.endsWith('pressure/cpu')
          ? Promise.reject(new Failure('disk', refusal.message, { cause: refusal }))
          : systemDisk.open(path, mode),
    };
    const files = { 'proc/stat': `cpu 1 2 3 4\n${STAT}`, 'proc/pressure/cpu': '' };
    assert.equal((await read(t, 'cpu', { files, disk })).failure, undefined);
  });

  test('a root without /proc fails and says what to set', async (t) => {
    const { failure } = await read(t, 'cpu');
    assert.equal(failure?.reason, 'not_found');
    assert.match(failure.message, /proc\/stat is not there: check collectors\.host\.root/);
  });

  test('a limit that is max is no limit', async (t) => {
    const at = (name: string): string => `sys/fs/cgroup/${name}`;
    const files = {
      [at('cgroup.type')]: 'domain\n',
      [at('memory.current')]: '5\n',
      [at('memory.max')]: 'max\n',
    };
    const result = await read(t, 'memory', { files });
    assert.deepEqual(valuesOf(result, 'container_spec_memory_limit_bytes', 'instance'), {});
    assert.deepEqual(valuesOf(result, 'container_memory_usage_bytes', 'instance'), { h: 5 });
    assert.deepEqual(valuesOf(result, 'container_memory_working_set_bytes', 'instance'), {});
  });
});

describe('machine or container', () => {
  test('cgroup v1 is not read: a container that is asked for is missed by name', async (t) => {
    const files = {
      'sys/fs/cgroup/memory/memory.usage_in_bytes': '1\n',
      'proc/self/cgroup': '4:memory:/x\n',
    };
    const { failure } = await read(t, 'memory', { files, settings: { scope: 'container' } });
    assert.match(failure?.message ?? '', /cgroup v1 is not read: set collectors\.host\.scope to machine/);
  });

  test('where the whole tree is mounted, the container is the own cgroup in it', async (t) => {
    const own = 'sys/fs/cgroup/system.slice/octowatch.service';
    const files = {
      'proc/self/cgroup': '0::/system.slice/octowatch.service\n',
      [`${own}/cgroup.type`]: 'domain\n',
      [`${own}/memory.current`]: '7\n',
    };
    const result = await read(t, 'memory', { files, settings: { scope: 'container' } });
    assert.deepEqual(valuesOf(result, 'container_memory_usage_bytes', 'instance'), { h: 7 });
  });

  test('the machine is read in a container that says so', async (t) => {
    const files = { 'sys/fs/cgroup/cgroup.type': 'domain\n', 'proc/meminfo': 'MemTotal: 2 kB\n' };
    const result = await read(t, 'memory', { files, settings: { scope: 'machine', instance: 'node-1' } });
    assert.deepEqual(valuesOf(result, 'node_memory_mem_total_bytes', 'instance'), { 'node-1': 2048 });
  });
});

test('of more than 64 processors the sum is told', async (t) => {
  const cpus = Array.from({ length: 65 }, (_, i) => `cpu${i} 100 0 0 0\n`).join('');
  const result = await read(t, 'cpu', { files: { 'proc/stat': `cpu 6500 0 0 0\n${cpus}${STAT}` } });
  const user = result.points.filter(({ dimensions }) => dimensions['mode'] === 'user');
  assert.deepEqual(
    user.map(({ dimensions, values }) => [dimensions['cpu'], values['node_cpu_seconds_total']]),
    [['all', 65]],
  );
});

describe('file systems that do not answer', () => {
  const mounts = [
    '/dev/vda1 / ext4 rw 0 0',
    'nas:/a /mnt/a nfs4 rw 0 0',
    'nas:/b /mnt/b nfs4 rw 0 0',
    '/dev/vdb /data xfs rw 0 0',
  ].join('\n');

  test('cost 2 s and one thread, once, and are told; the others have their room', async (t) => {
    const asked: string[] = [];
    const disk: Disk = {
      ...systemDisk,
      statfs(path) {
        asked.push(path.replace(/^.*?(?=\/(mnt|data|$))/, ''));
        return path.includes('/mnt/') ? new Promise(() => undefined) : Promise.resolve(space);
      },
    };
    const clock = new VirtualClock(0);
    const poll = pollNamed('disk', disk, { root: rootOf(t, { 'proc/1/mounts': mounts }) });
    const pollAgain = (): Promise<PollResult> => pollWith(t, poll, clock);
    const first = pollAgain();
    while (!asked.includes('/mnt/a')) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(2000);
    const errors = { '/': 0, '/mnt/a': 1, '/mnt/b': 1, '/data': 0 };
    assert.deepEqual(valuesOf(await first, 'node_filesystem_device_error', 'mountpoint'), errors);
    assert.deepEqual(valuesOf(await pollAgain(), 'node_filesystem_device_error', 'mountpoint'), errors);
    assert.deepEqual(asked, ['/', '/mnt/a', '/data', '/', '/data']);
  });

  test('are not taken for those that the agent may not look at', async (t) => {
    const refusal = Object.assign(new Error('permission denied'), { code: 'EACCES' });
    const stale = Object.assign(new Error('stale file handle'), { code: 'ESTALE' });
    const disk: Disk = {
      ...systemDisk,
      statfs(path) {
        if (path.endsWith('/mnt/a')) return Promise.reject(new Failure('disk', 'no', { cause: refusal }));
        if (path.endsWith('/mnt/b')) return Promise.reject(new Failure('disk', 'no', { cause: stale }));
        return path.endsWith('/data')
          ? Promise.reject(new Failure('not_found', 'no'))
          : Promise.resolve(space);
      },
    };
    const result = await read(t, 'disk', { files: { 'proc/1/mounts': mounts }, disk });
    assert.deepEqual(valuesOf(result, 'node_filesystem_device_error', 'mountpoint'), { '/': 0, '/mnt/b': 1 });
  });
});
