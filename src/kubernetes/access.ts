import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { Failure, messageOf, type FailureReason } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import { withDeadline } from '../model/with-deadline.ts';

/** A plug-in that makes tokens (`aws eks get-token`) takes 1 or 2 s. */
const DEADLINE_MS = 20_000;
const MAX_MESSAGE = 200;
const RENEWING: ReadonlySet<FailureReason> = new Set(['unauthorized', 'timeout', 'network']);

/** How a cluster is reached. */
export interface KubernetesAccess {
  /** Path of a kubeconfig; the service account of the pod when left out. */
  readonly kubeconfig?: string | undefined;
  /** Context of the kubeconfig; its current one when left out. */
  readonly context?: string | undefined;
}

/** What a request is sent with. */
export interface Credentials {
  /** URL of the API server, without a slash at the end. */
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  /**
   * A call failed with them. A wrong token is read again. All calls share a connection (HTTP/2), and one that is dead
   * looks like silence: after a timeout as after an error the next call makes a new one.
   */
  failed(reason: FailureReason): void;
}

/** Credentials as they are now: tokens are renewed by the library, certificates with each connection. */
export interface Authenticator {
  credentials(): Promise<Credentials>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Reads how to reach a cluster at the first call, not before: the library takes 90 MB of memory. */
export function createAuthenticator(access: KubernetesAccess, clock: Clock): Authenticator {
  const life = new AbortController();
  let config: Promise<KubeConfig> | undefined;
  let dispatcher: Dispatcher | undefined;
  let pending: Promise<Credentials> | undefined;

  async function read(): Promise<Credentials> {
    config ??= load(access);
    const loaded = await config.catch((error: unknown) => {
      config = undefined;
      throw error;
    });
    const { RequestContext, HttpMethod } = await library();
    const server = serverOf(loaded);
    const context = new RequestContext(server, HttpMethod.GET);
    await authenticate(loaded, context);
    dispatcher ??= context.getDispatcher() ?? (await plainDispatcher());
    return credentialsOf(server, context.getHeaders(), dispatcher);
  }

  function credentialsOf(
    server: string,
    headers: Readonly<Record<string, string>>,
    used: Dispatcher,
  ): Credentials {
    function failed(reason: FailureReason): void {
      if (!RENEWING.has(reason) || used !== dispatcher) return;
      if (reason === 'unauthorized') config = undefined;
      // What is under way over the old connection (the other watches) may go on.
      dispatcher = undefined;
      used.close().catch(() => undefined);
    }
    return { server, headers, dispatcher: used, failed };
  }

  /** All watches ask at once when they begin: a plug-in runs once for them. */
  function credentials(): Promise<Credentials> {
    pending ??= withDeadline(clock, DEADLINE_MS, life.signal, read).finally(() => {
      pending = undefined;
    });
    return pending;
  }

  async function close(): Promise<void> {
    life.abort();
    const ending = dispatcher;
    dispatcher = undefined;
    await ending?.destroy();
  }

  return { credentials, close };
}

function library() {
  return import('@kubernetes/client-node');
}

async function plainDispatcher(): Promise<Dispatcher> {
  const { Agent } = await import('undici');
  return new Agent({ keepAliveTimeout: 30_000 });
}

async function load({ kubeconfig, context }: KubernetesAccess): Promise<KubeConfig> {
  const { KubeConfig } = await library();
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromCluster();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    const problem = `kubeconfig ${kubeconfig ?? 'of the pod'} cannot be read: ${firstLineOf(error)}`;
    throw new Failure('invalid', problem, { cause: error });
  }
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}

function serverOf(config: KubeConfig): string {
  const server = config.getCurrentCluster()?.server;
  if (server !== undefined && URL.canParse(server)) return server.replace(/\/+$/, '');
  const context = config.getCurrentContext();
  const problem =
    context === 'inClusterContext'
      ? 'not in a cluster: set `kubeconfig`, or run as a pod with a service account'
      : `context ${context} names no cluster: set \`context\` to one of the kubeconfig`;
  throw new Failure('invalid', problem);
}

async function authenticate(
  config: KubeConfig,
  context: Parameters<KubeConfig['applySecurityAuthentication']>[0],
): Promise<void> {
  try {
    await config.applySecurityAuthentication(context);
  } catch (error) {
    const problem = `no credentials for the cluster: ${firstLineOf(error)}`;
    throw new Failure('unauthorized', problem, { retryable: true, cause: error });
  }
}

/** What follows the first line quotes the file, or says what a plug-in printed: a token may be in it. */
function firstLineOf(error: unknown): string {
  const [line = ''] = messageOf(error).split('\n');
  return line.slice(0, MAX_MESSAGE);
}
