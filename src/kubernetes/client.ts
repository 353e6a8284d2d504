import { request as send, type Dispatcher } from 'undici';
import { Failure, messageOf, toFailure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { createAuthenticator, type Credentials, type KubernetesAccess } from './access.ts';
import { failureOfBody, parseObject, type Call } from './answer.ts';
import type { KubeObject } from './fields.ts';
import { linesOf } from './lines.ts';
import { listAll } from './list.ts';
import type { Resource } from './resource.ts';

/** One page of pods is 2 to 5 MB; what is beyond is no answer of an API server. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;
const DEADLINE_MS = 30_000;

/** One call of the Kubernetes API. */
export interface KubernetesCall {
  /** `/api/v1/pods`, without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: object;
  /** Of the body: `application/merge-patch+json` …; plain JSON by default. */
  readonly contentType?: string;
  readonly signal: AbortSignal;
  /** ms for the whole answer, for a watch until it begins. Default 30 s. */
  readonly deadlineMs?: number;
  /** The API server passes it on, to a kubelet say: no answer in time does not mean that our connection is dead. */
  readonly isPassedOn?: boolean;
  /** For messages: `list pods`; method and path when left out. */
  readonly what?: string;
}

/** The API of one cluster. Every failure is a `Failure` that names the cluster and what was asked. */
export interface KubernetesClient {
  /** The cluster by its name in the configuration. */
  readonly cluster: string;
  /** One answer. @throws Failure by its HTTP status (`forbidden` says which verb is missing), `malformed`, `network` … */
  call(call: KubernetesCall): Promise<KubeObject>;
  /** All objects of a kind, now, page by page; what is picked of each. */
  list<T>(request: Resource<T>, signal: AbortSignal): Promise<readonly T[]>;
  /** The lines of an answer that does not end by itself; the deadline is for its beginning. */
  stream(call: KubernetesCall): Promise<AsyncIterable<string>>;
  /** Ends all connections; calls that are under way fail. */
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly cluster: string;
  readonly access: KubernetesAccess;
  readonly clock: Clock;
}

/** A client that connects, and loads what it needs for that, at its first call. */
export function createKubernetesClient({ cluster, access, clock }: ClientOptions): KubernetesClient {
  const authenticator = createAuthenticator(access, clock);

  async function call(options: KubernetesCall): Promise<KubeObject> {
    const about = aboutOf(cluster, options);
    const { signal, deadlineMs = DEADLINE_MS, isPassedOn = false } = options;
    const run = (use: Use): Promise<string> =>
      withDeadline(clock, deadlineMs, signal, async (within) => {
        const credentials = use(await authenticator.credentials());
        const { statusCode, body } = await exchange(credentials, options, within);
        const read = await readAll(body, within);
        if (statusCode >= 400) throw failureOfBody(about, statusCode, read);
        return read;
      });
    const text = await named(about, signal, run, isPassedOn);
    return parseObject(about, text);
  }

  async function stream(options: KubernetesCall): Promise<AsyncIterable<string>> {
    const about = aboutOf(cluster, options);
    const { signal, deadlineMs = DEADLINE_MS } = options;
    const { credentials, body } = await named(about, signal, (use) =>
      withDeadline(clock, deadlineMs, signal, async (within) => {
        const used = use(await authenticator.credentials());
        const late = new AbortController();
        const giveUp = (): void => late.abort(within.reason);
        within.addEventListener('abort', giveUp);
        const answer = await exchange(used, options, AbortSignal.any([signal, late.signal]));
        if (answer.statusCode >= 400)
          throw failureOfBody(about, answer.statusCode, await readAll(answer.body, within));
        within.removeEventListener('abort', giveUp);
        return { credentials: used, body: answer.body };
      }),
    );
    return namedLines(about, signal, credentials, linesOf(body));
  }

  return {
    cluster,
    call,
    stream,
    list: async (request, signal) => [...(await listAll(call, request, signal)).objects.values()],
    close: () => authenticator.close(),
  };
}

function aboutOf(cluster: string, { what, method = 'GET', path }: KubernetesCall): Call {
  return { cluster, what: what ?? `${method} ${path}` };
}

async function exchange(
  { server, headers, dispatcher }: Credentials,
  { path, query = {}, method = 'GET', body, contentType = 'application/json' }: KubernetesCall,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  signal.throwIfAborted();
  return send(`${server}${path}?${new URLSearchParams(query).toString()}`, {
    dispatcher,
    method,
    signal,
    headers: { ...headers, accept: 'application/json', 'content-type': contentType },
    body: body === undefined ? null : JSON.stringify(body),
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

async function readAll(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    signal.throwIfAborted();
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Failure('too_large', `the answer is over ${MAX_BODY_BYTES} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Notes the credentials that a call uses. */
type Use = (credentials: Credentials) => Credentials;

/** Runs a call; what it throws says which one it was, and is told to the credentials that were used. */
async function named<T>(
  about: Call,
  signal: AbortSignal,
  run: (use: Use) => Promise<T>,
  isPassedOn = false,
): Promise<T> {
  let used: Credentials | undefined;
  try {
    return await run((credentials) => (used = credentials));
  } catch (error) {
    const failure = describe(about, signal, error);
    if (!isPassedOn || failure.reason !== 'timeout') used?.failed(failure.reason);
    throw failure;
  }
}

async function* namedLines(
  about: Call,
  signal: AbortSignal,
  credentials: Credentials,
  lines: AsyncIterable<string>,
): AsyncIterable<string> {
  try {
    yield* lines;
  } catch (error) {
    const failure = describe(about, signal, error);
    credentials.failed(failure.reason);
    throw failure;
  }
}

function describe({ cluster, what }: Call, signal: AbortSignal, error: unknown): Failure {
  const failure = toFailure(signal.aborted ? signal.reason : error);
  if (failure.message.startsWith(`${cluster}: `)) return failure;
  const { reason, retryable } = failure;
  return new Failure(reason, `${cluster}: ${what}: ${messageOf(failure)}`, { retryable, cause: error });
}
