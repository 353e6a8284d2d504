import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubernetesClient, type KubernetesClient } from '../../../src/kubernetes/client.ts';
import { messageOf } from '../../../src/model/failure.ts';
import { systemClock } from '../../../src/system/system-clock.ts';
import { kubeconfigOf } from '../../fakes/kubernetes-api.ts';
import { buildGoModule } from '../go-program.ts';

const READY_MS = 2 * 60_000;

/** A real Kubernetes API: kube-apiserver 1.36 with etcd, and kube-controller-manager where asked for. */
export interface ControlPlane {
  /** `https://127.0.0.1:…`; its certificate is its own. */
  readonly url: string;
  readonly etcdUrl: string;
  /** May do everything. */
  readonly admin: KubernetesClient;
  readonly adminKubeconfig: string;
  /** Of the user `agent`, who may do what a test binds to it. */
  readonly agentKubeconfig: string;
  /** Ends kube-apiserver and etcd at once and starts them anew over the same data. */
  restart(): Promise<void>;
  /** Resident memory of kube-apiserver with etcd, bytes. */
  residentBytes(): number;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Controllers of kube-controller-manager to run: `deployment-controller` …; none by default. */
  readonly controllers?: readonly string[];
}

interface Process {
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** Starts one, on ports and in a directory of its own; built by `go` at the first call (7 CPU-minutes with a cold cache). */
export async function startControlPlane({
  controllers = [],
}: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const program = await buildGoModule('control-plane', join(import.meta.dirname, 'control-plane'));
  const directory = mkdtempSync(join(tmpdir(), 'octowatch-control-plane-'));
  const [api = 0, etcd = 0, peer = 0] = await freePorts(3);
  const url = `https://127.0.0.1:${api}`;
  const etcdUrl = `http://127.0.0.1:${etcd}`;
  writeSecrets(directory);
  const adminKubeconfig = writeKubeconfig(directory, url, 'admin');
  const agentKubeconfig = writeKubeconfig(directory, url, 'agent');
  const env = {
    ETCD_DIRECTORY: join(directory, 'etcd'),
    ETCD_CLIENT_URL: etcdUrl,
    ETCD_PEER_URL: `http://127.0.0.1:${peer}`,
  };
  const access = { kubeconfig: adminKubeconfig };
  const admin = createKubernetesClient({ cluster: 'test', access, clock: systemClock });

  async function startApi(): Promise<Process> {
    const args = ['apiserver', ...apiFlags(directory, api, etcdUrl)];
    const started = launch(program, args, env, join(directory, 'apiserver.log'));
    await untilReady(admin, started, directory);
    return started;
  }

  let server = await startApi();
  const managing =
    controllers.length === 0
      ? undefined
      : launch(
          program,
          ['controller-manager', ...managerFlags(adminKubeconfig, controllers, await freePorts(1))],
          {},
          join(directory, 'controller-manager.log'),
        );

  return {
    url,
    etcdUrl,
    admin,
    adminKubeconfig,
    agentKubeconfig,
    async restart() {
      await server.stop();
      server = await startApi();
    },
    residentBytes: () => residentBytes(server.child.pid),
    async stop() {
      await admin.close();
      await managing?.stop();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function apiFlags(directory: string, port: number, etcdUrl: string): string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--advertise-address=127.0.0.1',
    `--cert-dir=${join(directory, 'certificates')}`,
    `--token-auth-file=${join(directory, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(directory, 'service-accounts.pem')}`,
    `--service-account-signing-key-file=${join(directory, 'service-accounts.pem')}`,
    // Nobody makes the tokens that this one waits for.
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
  ];
}

/** Twenty requests a second, the default, would make a fleet of 500 take minutes. */
function managerFlags(kubeconfig: string, controllers: readonly string[], [port = 0]: number[]): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--controllers=${controllers.join(',')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--leader-elect=false',
    '--kube-api-qps=1000',
    '--kube-api-burst=2000',
    '--concurrent-deployment-syncs=20',
    '--concurrent-replicaset-syncs=20',
  ];
}

/** Tokens of the users, and the key of service accounts. */
function writeSecrets(directory: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' });
  writeFileSync(join(directory, 'service-accounts.pem'), pem);
  const tokens = 'admin-token,admin,admin,"system:masters"\nagent-token,agent,agent\n';
  writeFileSync(join(directory, 'tokens.csv'), tokens);
}

function writeKubeconfig(directory: string, url: string, user: string): string {
  const path = join(directory, `${user}.kubeconfig`);
  writeFileSync(path, kubeconfigOf(url, `${user}-token`));
  return path;
}

function launch(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  logFile: string,
): Process {
  const log = openSync(logFile, 'a');
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', log, log] });
  const ended = once(child, 'exit');
  // A test that is ended by its deadline must not leave it behind.
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  return {
    child,
    async stop() {
      process.off('exit', end);
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await ended;
      }
    },
  };
}

async function untilReady(admin: KubernetesClient, { child }: Process, directory: string): Promise<void> {
  const signal = AbortSignal.timeout(READY_MS);
  for (;;) {
    // The namespace is made last.
    const problem = await admin
      .call({ path: '/api/v1/namespaces/default', signal, deadlineMs: 5000 })
      .then(() => undefined, messageOf);
    if (problem === undefined) return;
    if (signal.aborted || child.exitCode !== null) {
      const log = readFileSync(join(directory, 'apiserver.log'), 'utf8').slice(-4000);
      throw new Error(`the control plane is not ready: ${problem}\n${log}`);
    }
    await systemClock.sleep(100);
  }
}

/**
 * Ports that were free a moment ago: kube-apiserver takes no port 0. Below those that the kernel gives out, so that no test
 * that listens meanwhile gets one of them.
 */
async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const server = createServer().listen(randomInt(20_000, 32_000), '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (isFree) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Linux only; 0 elsewhere. */
function residentBytes(pid: number | undefined): number {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib) * 1024;
  } catch {
    return 0;
  }
}
