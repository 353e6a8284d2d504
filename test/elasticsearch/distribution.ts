import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The server version that the tests run against when `ES_URL` names no other. */
export const serverVersion = '8.19.21';

const oldestJava = 17;
const copyGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${serverVersion}:zip`;
const cache = join(import.meta.dirname, '..', '..', '.cache', 'elasticsearch');

/** The home of a Java that can run the server, or the reason why there is none. */
export function findJava(): { readonly home: string } | { readonly missing: string } {
  const { stderr, status } = spawnSync('java', ['-XshowSettings:properties', '-version'], {
    encoding: 'utf8',
  });
  const home = /java\.home = (.+)/.exec(stderr ?? '')?.[1];
  const version = Number(/java\.specification\.version = (\d+)/.exec(stderr ?? '')?.[1]);
  if (status !== 0 || home === undefined) return { missing: `no java on the PATH (${oldestJava} or newer)` };
  if (version < oldestJava) return { missing: `java is ${version}, the server needs ${oldestJava} or newer` };
  return { home: home.trim() };
}

/** What this machine lacks to run a server of its own, or undefined when it has all. */
export function whatIsMissing(): string | undefined {
  const java = findJava();
  if ('missing' in java) return java.missing;
  if (existsSync(join(cache, serverVersion))) return undefined;
  return spawnSync('mvn', ['-v']).status === 0 ? undefined : 'no mvn on the PATH to fetch the server with';
}

/** The folder of the unpacked server, fetched from Maven's repository at the first call. */
export function unpackedServer(): string {
  const home = join(cache, serverVersion);
  if (existsSync(home)) return home;
  const scratch = join(cache, `fetch-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  try {
    console.log(`fetching Elasticsearch ${serverVersion} (107 MB) into .cache/elasticsearch`);
    must('mvn', ['-q', '-B', copyGoal, `-Dartifact=${artifact}`, `-DoutputDirectory=${scratch}`], scratch);
    unzip(join(scratch, `elasticsearch-${serverVersion}.zip`), scratch);
    moveUnlessThere(join(scratch, `elasticsearch-${serverVersion}`), home);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return home;
}

function unzip(archive: string, into: string): void {
  const tools: [string, string[]][] = [
    ['unzip', ['-q', archive]],
    ['jar', ['xf', archive]],
    ['python3', ['-m', 'zipfile', '-e', archive, '.']],
  ];
  for (const [tool, args] of tools) {
    const { error } = spawnSync(tool, ['--help'], { stdio: 'ignore' });
    if (error === undefined) return must(tool, args, into);
  }
  throw new Error(`nothing to unpack ${archive} with: install unzip`);
}

/** Two runs may fetch at once; the first to finish wins and the other uses its copy. */
function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to) || readdirSync(to).length === 0) throw error;
  }
}

function must(command: string, args: readonly string[], cwd: string): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  const why = error?.message ?? `exit code ${status}\n${stdout}${stderr}`;
  throw new Error(`${command} failed: ${why}`);
}
