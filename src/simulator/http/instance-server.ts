import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Failure } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import type { Network } from '../effects.ts';
import type { Instance } from '../instance.ts';
import { errorAnswer, forbidden, LOGIN_PAGE, type Answer } from './answer.ts';
import type { Fault, FaultHandle, WriteRecord } from './faults.ts';
import { matchRoute, type MatchedRoute } from './routes.ts';
import { TokenBucket } from './token-bucket.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_WRITES = 10_000;

export interface InstanceServerOptions {
  readonly instance: Instance;
  readonly clock: Clock;
  readonly log: Log;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly apiKey: string;
  /** A key that may read tasks and lacks every other permission. */
  readonly limitedApiKey: string;
}

/** The HTTP side of one instance, on a port of its own that is closed while the instance is down. */
export class InstanceServer {
  /** Newest last; the oldest are forgotten beyond 10,000. */
  readonly writes: WriteRecord[] = [];
  readonly #options: InstanceServerOptions;
  readonly #server: Server;
  readonly #stop = new AbortController();
  readonly #faults = new Map<Fault, TokenBucket | undefined>();
  #deaths = 0;
  #port: number;
  #network: Network = 'up';

  constructor(options: InstanceServerOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        if (!this.#stop.signal.aborted) options.log.warn({ err: error }, 'simulated request failed');
        response.destroy();
      });
    });
    this.#server.on('connection', (socket) => {
      if (this.#network === 'reset') reset(socket);
    });
  }

  get url(): string {
    return `http://${this.#options.host}:${this.#port}`;
  }

  /** Opens the port. @throws Failure `network` when it is taken */
  async listen(): Promise<void> {
    const { host } = this.#options;
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(new Failure('network', `simulator: cannot listen on ${host}:${this.#port}: ${error.message}`));
      };
      this.#server.once('error', fail);
      this.#server.listen(this.#port, host, () => {
        this.#server.off('error', fail);
        this.#port = addressOf(this.#server).port;
        resolve();
      });
    });
  }

  /** Makes the port behave as the instance's conditions say. A port that cannot be had is tried for at the next call. */
  async follow(): Promise<void> {
    const { network } = this.#options.instance.conditions;
    if (network !== this.#network) {
      this.#network = network;
      this.#server.closeAllConnections();
    }
    if (network === 'refused') {
      if (this.#server.listening) await closed(this.#server);
    } else if (!this.#server.listening && !this.#stop.signal.aborted) {
      await this.listen().catch((error: unknown) => {
        this.#options.log.debug({ err: error }, 'simulated port not free yet');
      });
    }
  }

  /** Adds a fault that lasts until its handle ends it. */
  addFault(fault: Fault): FaultHandle {
    const bucket =
      fault.kind === 'rate-limit' ? new TokenBucket(fault, this.#options.clock.now()) : undefined;
    if (fault.kind === 'die-after-post') this.#deaths += fault.times;
    this.#faults.set(fault, bucket);
    return {
      end: () => {
        this.#faults.delete(fault);
        if (fault.kind === 'die-after-post') this.#deaths = 0;
      },
    };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#server.closeAllConnections();
    if (this.#server.listening) await closed(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { instance, clock } = this.#options;
    if (this.#network === 'reset') return reset(request.socket);
    if (this.#network === 'hang') return;
    const url = new URL(request.url ?? '/', 'http://octopus');
    const body = await readBody(request);
    const fate = instance.requestFate(false);
    if (fate.delayMs > 0) await clock.sleep(fate.delayMs, this.#stop.signal);
    const route = matchRoute(request.method ?? 'GET', pathOf(url));
    const answer = fate.fails
      ? errorAnswer(503, 'The server is temporarily unable to handle the request.')
      : this.#answer(request, url, body, route);
    instance.logRequest(Math.max(instance.now, clock.now()), {
      method: request.method ?? 'GET',
      host: request.headers.host ?? 'localhost:8080',
      path: url.pathname,
      status: answer.status,
      ms: fate.loggedMs,
      user: route.isAnonymous ? '<anonymous>' : 'octowatch',
    });
    if (this.#record(request, url, answer)) send(response, answer, clock.now());
    else reset(request.socket);
  }

  #answer(request: IncomingMessage, url: URL, body: string, route: MatchedRoute): Answer {
    if (this.#has('login-page')) return LOGIN_PAGE;
    const refusal = route.isAnonymous ? undefined : this.#refusal(request, url, route);
    if (refusal !== undefined) return refusal;
    const parsed = parseBody(body);
    if (parsed === INVALID) return errorAnswer(400, 'The body of the request is not valid JSON.');
    const { method = 'GET' } = request;
    return route.answer(this.#options.instance, {
      method,
      path: pathOf(url),
      query: url.searchParams,
      body: parsed,
    });
  }

  #refusal(request: IncomingMessage, url: URL, route: MatchedRoute): Answer | undefined {
    const { apiKey, limitedApiKey } = this.#options;
    const key = keyOf(request, url);
    if (this.#has('revoked-key') || (key !== apiKey && key !== limitedApiKey)) {
      return errorAnswer(
        401,
        'You must be logged in to request this resource. Please provide a valid API key or log in.',
      );
    }
    const wait = this.#waitSeconds();
    if (wait > 0) return errorAnswer(429, 'The rate limit was exceeded.', { 'retry-after': String(wait) });
    if (key === limitedApiKey && route.permission !== undefined) return forbidden(route.permission);
    return undefined;
  }

  #waitSeconds(): number {
    const now = this.#options.clock.now();
    return Math.max(0, ...[...this.#faults.values()].map((bucket) => bucket?.take(now) ?? 0));
  }

  #has(kind: Fault['kind']): boolean {
    for (const fault of this.#faults.keys()) if (fault.kind === kind) return true;
    return false;
  }

  /** Notes a write; false when its connection is to die unanswered. */
  #record(request: IncomingMessage, url: URL, { status }: Answer): boolean {
    const { method = 'GET' } = request;
    if (method === 'GET' || method === 'HEAD') return true;
    const isAnswered = this.#deaths === 0;
    if (!isAnswered) this.#deaths--;
    this.writes.push({ at: this.#options.clock.now(), method, path: url.pathname, status, isAnswered });
    if (this.writes.length > MAX_WRITES) this.writes.shift();
    return isAnswered;
  }
}

const INVALID = Symbol('invalid');

function parseBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return INVALID;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES)
      throw new Failure('too_large', `simulator: a body over ${MAX_BODY_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function keyOf({ headers }: IncomingMessage, url: URL): string | null {
  const header = headers['x-octopus-apikey'] ?? headers['x-nuget-apikey'];
  return typeof header === 'string'
    ? header
    : (url.searchParams.get('ApiKey') ?? url.searchParams.get('apikey'));
}

function pathOf({ pathname }: URL): string {
  return pathname.toLowerCase().replace(/\/+$/, '');
}

function send(response: ServerResponse, { status, json, html, headers = {} }: Answer, now: number): void {
  const body = html ?? JSON.stringify(json ?? {});
  const type = html === undefined ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8';
  response.sendDate = false;
  response.writeHead(status, {
    ...headers,
    date: new Date(now).toUTCString(),
    'content-type': type,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function reset(socket: Socket): void {
  socket.resetAndDestroy();
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Failure('network', 'simulator: no TCP address');
  return address;
}
