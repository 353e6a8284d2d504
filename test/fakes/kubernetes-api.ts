import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryDirectory } from './temporary-directory.ts';

/** A Kubernetes object of a test: `metadata` holds at least a name. */
export type FakeObject = {
  metadata: { name: string; namespace?: string; labels?: Readonly<Record<string, string>> };
} & Record<string, unknown>;

interface Entry {
  readonly path: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly version: number;
  readonly object: object;
}

/** An API server on a real socket: lists in pages, watches from a version, 410, 403, silence, nonsense. */
export interface FakeKubernetes {
  readonly url: string;
  /** Path of a kubeconfig for it. */
  readonly kubeconfig: string;
  /** Requests so far: `list /api/v1/pods`, `watch /api/v1/pods`, `GET /…`. */
  readonly received: string[];
  /** Creates or replaces an object of a collection. */
  put(path: string, object: FakeObject): void;
  remove(path: string, object: FakeObject): void;
  /** Tells every watch of the collection the present version. */
  bookmark(path: string): void;
  /** A line as it is to every watch of the collection. */
  sayRaw(path: string, line: string): void;
  /** Forgets what happened until now: a watch from before is told 410. */
  compact(): void;
  /** Ends every watch without a word. */
  dropWatches(): void;
  watches(path: string): number;
  /** Connections that were ever made. */
  connections(): number;
  /** What a request gets instead of an answer: a status, nothing at all, an empty answer, HTML; asked first. */
  fault: (verb: string, path: string) => number | 'hang' | 'end' | 'html' | undefined;
  /** Answers to GET of other paths. */
  readonly documents: Map<string, object>;
}

/** Starts it for one test; `pageSize` cuts pages smaller than what is asked for. */
export async function startFakeKubernetes(t: TestContext): Promise<FakeKubernetes> {
  const collections = new Map<string, Map<string, FakeObject>>();
  const log: Entry[] = [];
  const watching = new Set<{ path: string; response: ServerResponse }>();
  const received: string[] = [];
  const documents = new Map<string, object>();
  let version = 100;
  let compacted = 0;
  let connections = 0;

  function collection(path: string): Map<string, FakeObject> {
    const found = collections.get(path) ?? new Map<string, FakeObject>();
    collections.set(path, found);
    return found;
  }

  function tell(path: string, type: Entry['type'], object: object): void {
    const stamped = stamp(object, ++version);
    const entry = { path, type, version, object: stamped };
    log.push(entry);
    for (const each of watching) if (each.path === path) say(each.response, entry);
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
    const isCollection = collections.has(pathname);
    const verb = searchParams.has('watch') ? 'watch' : isCollection ? 'list' : 'GET';
    received.push(`${verb} ${pathname}`);
    const fault = fake.fault(verb, pathname);
    if (fault === 'hang') return;
    if (fault === 'end') return void response.writeHead(200).end();
    if (fault === 'html') return void response.writeHead(200).end('<html>no API server</html>\n');
    if (fault !== undefined) return refuse(response, fault, verb, pathname);
    if (verb === 'watch') return watch(pathname, searchParams, response);
    if (verb === 'list') return list(pathname, searchParams, response);
    const document = documents.get(pathname);
    if (document === undefined) return refuse(response, 404, verb, pathname);
    reply(response, 200, document);
  }

  function list(path: string, query: URLSearchParams, response: ServerResponse): void {
    const all = Array.from(collection(path).values()).filter((object) => matches(object, query));
    const start = Number(query.get('continue') ?? 0);
    const end = Math.min(all.length, start + Number(query.get('limit') ?? all.length));
    const rest = end < all.length ? { continue: String(end) } : {};
    const metadata = { resourceVersion: String(version), ...rest };
    reply(response, 200, { kind: 'List', metadata, items: all.slice(start, end) });
  }

  function watch(path: string, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < compacted) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      return void response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
    }
    for (const entry of log) if (entry.path === path && entry.version > from) say(response, entry);
    const entry = { path, response };
    watching.add(entry);
    response.on('close', () => watching.delete(entry));
  }

  const server = createServer(answer);
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  const fake: FakeKubernetes = {
    url,
    kubeconfig: writeKubeconfig(t, url),
    received,
    documents,
    fault: () => undefined,
    put(path, object) {
      const known = collection(path).has(keyOf(object));
      collection(path).set(keyOf(object), stamp(object, version + 1));
      tell(path, known ? 'MODIFIED' : 'ADDED', object);
    },
    remove(path, object) {
      collection(path).delete(keyOf(object));
      tell(path, 'DELETED', object);
    },
    bookmark: (path) => tell(path, 'BOOKMARK', { metadata: {} }),
    sayRaw(path, line) {
      for (const each of watching) if (each.path === path) each.response.write(`${line}\n`);
    },
    compact() {
      compacted = ++version;
      log.length = 0;
    },
    dropWatches() {
      for (const { response } of watching) response.destroy();
    },
    connections: () => connections,
    watches: (path) => Array.from(watching).filter((each) => each.path === path).length,
  };
  return fake;
}

/** The text of a kubeconfig for a server whose certificate is not checked. */
export function kubeconfigOf(server: string, token = 'fake'): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'agent', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'agent' } }],
  });
}

function writeKubeconfig(t: TestContext, url: string): string {
  const path = join(temporaryDirectory(), 'kubeconfig');
  writeFileSync(path, kubeconfigOf(url));
  return path;
}

function say(response: ServerResponse, { type, object }: Entry): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** As kube-apiserver words it, without a user. */
function refuse(response: ServerResponse, code: number, verb: string, path: string): void {
  const resource = path.split('/').at(-1);
  const said =
    code === 403 ? `${resource} is forbidden: cannot ${verb} resource "${resource}"` : `HTTP ${code}`;
  reply(response, code, { kind: 'Status', code, message: said });
}

function stamp(object: object, version: number): FakeObject {
  const { metadata, ...rest } = object as FakeObject;
  return { ...rest, metadata: { ...metadata, resourceVersion: String(version) } } as unknown as FakeObject;
}

function keyOf({ metadata: { namespace = '', name } }: FakeObject): string {
  return `${namespace}/${name}`;
}

/** Label selectors of one equality. */
function matches(object: FakeObject, query: URLSearchParams): boolean {
  const [label, value] = query.get('labelSelector')?.split('=') ?? [];
  if (label === undefined) return true;
  const { labels = {} } = object.metadata;
  return labels[label] === value;
}
