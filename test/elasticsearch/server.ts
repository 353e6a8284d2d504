import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import {
  chownSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findJava, unpackedServer } from './distribution.ts';

/** A running Elasticsearch: its address, and how to end it (it and its data are gone afterwards). */
export type ElasticsearchServer = { readonly url: string; stop(): Promise<void> };

type User = { readonly uid: number; readonly gid: number };

const startDeadlineMs = 120_000;
const stopDeadlineMs = 20_000;
const logFile = 'server.log';
const logTailLines = 40;

/**
 * Uses the server that `ES_URL` names, else starts one on free ports of 127.0.0.1.
 * Throws with the end of the server's log when it is not ready within two minutes.
 */
export async function startElasticsearch(): Promise<ElasticsearchServer> {
  const given = process.env.ES_URL;
  if (given !== undefined && given !== '') return { url: given, stop: () => Promise.resolve() };
  return startOwnServer();
}

async function startOwnServer(): Promise<ElasticsearchServer> {
  const java = findJava();
  if ('missing' in java) throw new Error(`Elasticsearch cannot start: ${java.missing}`);
  const folder = mkdtempSync(join(tmpdir(), 'octowatch-es-'));
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined;
  try {
    const home = readableHome(unpackedServer(), folder, user);
    const [http, transport] = await Promise.all([freePort(), freePort()]);
    prepare(folder, home, http, transport, user);
    const child = launch(folder, home, java.home, user);
    const stop = () => stopServer(child, folder);
    process.once('exit', () => killGroup(child, 'SIGKILL'));
    await ready(`http://127.0.0.1:${http}`, child, folder).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { url: `http://127.0.0.1:${http}`, stop };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The server refuses to run as root, so root lends it the user that owns nothing. */
function unprivilegedUser(): User {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout.trim()),
  );
  if (!uid || !gid) throw new Error('Elasticsearch does not run as root and there is no user "nobody"');
  return { uid, gid };
}

/** A checkout below a private home directory is closed to the other user: it gets a copy. */
function readableHome(home: string, folder: string, user: User | undefined): string {
  if (user === undefined) return home;
  const seen = spawnSync('test', ['-r', join(home, 'bin', 'elasticsearch')], { ...user, cwd: '/' });
  if (seen.status === 0) return home;
  const copy = join(folder, 'home');
  cpSync(home, copy, { recursive: true });
  return copy;
}

function prepare(
  folder: string,
  home: string,
  http: number,
  transport: number,
  user: User | undefined,
): void {
  cpSync(join(home, 'config'), join(folder, 'config'), { recursive: true });
  for (const name of ['data', 'logs', 'tmp']) mkdirSync(join(folder, name));
  const settings = {
    'cluster.name': 'octowatch-test',
    'discovery.type': 'single-node',
    'xpack.security.enabled': false,
    'network.host': '127.0.0.1',
    'http.port': http,
    'transport.port': transport,
    'path.data': join(folder, 'data'),
    'path.logs': join(folder, 'logs'),
    'cluster.routing.allocation.disk.threshold_enabled': false,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  writeFileSync(join(folder, 'config', 'elasticsearch.yml'), lines.join(''));
  writeFileSync(join(folder, 'config', 'jvm.options.d', 'heap.options'), '-Xms1g\n-Xmx1g\n');
  if (user === undefined) return;
  chownSync(folder, user.uid, user.gid);
  const { status } = spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, folder]);
  if (status !== 0) throw new Error(`chown of ${folder} failed`);
}

function launch(folder: string, home: string, javaHome: string, user: User | undefined): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    ES_JAVA_HOME: javaHome,
    ES_PATH_CONF: join(folder, 'config'),
    ES_TMPDIR: join(folder, 'tmp'),
  };
  // A process group of its own: Ctrl-C reaches the tests first, and the group ends the launcher's JVM too.
  const log = openSync(join(folder, logFile), 'w');
  const options: SpawnOptions = { ...user, cwd: folder, env, detached: true, stdio: ['ignore', log, log] };
  const child = spawn(join(home, 'bin', 'elasticsearch'), [], options);
  closeSync(log);
  return child;
}

async function ready(url: string, child: ChildProcess, folder: string): Promise<void> {
  const deadline = Date.now() + startDeadlineMs;
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? `exit code ${code}`}`));
  while (Date.now() < deadline) {
    if (ended !== undefined) throw new Error(`Elasticsearch did not start: ${ended}\n${logTail(folder)}`);
    if (await isHealthy(url)) return;
    await sleep(200);
  }
  throw new Error(`Elasticsearch was not ready within ${startDeadlineMs / 1000} s\n${logTail(folder)}`);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`, {
      signal: AbortSignal.timeout(3_000),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function logTail(folder: string): string {
  try {
    const log = readFileSync(join(folder, logFile), 'utf8');
    return log.trimEnd().split('\n').slice(-logTailLines).join('\n');
  } catch {
    return '(it wrote no log)';
  }
}

async function stopServer(child: ChildProcess, folder: string): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  if (killGroup(child, 'SIGTERM'))
    await Promise.race([exited, sleep(stopDeadlineMs, undefined, { ref: false })]);
  killGroup(child, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.once('error', reject);
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() =>
      typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no free port')),
    );
  });
  return promise;
}
