import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { Log } from '../../model/ports.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import {
  startSimulator,
  type SimulatedInstance,
  type Simulator,
  type SimulatorOptions,
} from '../simulator.ts';
import type { TenantSpec } from '../topology.ts';

/** A Saturday morning. */
export const START = Date.UTC(2026, 10, 21, 6, 30);
const PLACE = {
  kind: 'active',
  taskCap: 10,
  region: 'westeurope',
  databaseServer: 'sql-1',
  clusterNode: 'node-1',
} as const;
/** Three tenants that share everything; acme is busy, globex is old, initech has two nodes. */
export const TENANTS: readonly TenantSpec[] = [
  { ...PLACE, tenant: 'acme', tasksPerDay: 6_000, logGeneration: 'modern', version: '2026.3.9411' },
  { ...PLACE, tenant: 'globex', tasksPerDay: 3_000, logGeneration: 'legacy', version: '2019.7.12' },
  { ...PLACE, tenant: 'initech', tasksPerDay: 3_000, nodeCount: 2, version: '2026.4.1203' },
];

/** An answer of a fake instance; `json` is empty when it was something else. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: ReplyJson;
}

/** What the tests read of a task. */
export interface TaskJson {
  readonly Id: string;
  readonly SpaceId: string | null;
  readonly Name: string;
  readonly Description: string;
  readonly State: string;
  readonly QueueTime: string;
  readonly StartTime: string | null;
  readonly LastUpdatedTime: string;
  readonly CompletedTime: string | null;
  readonly ErrorMessage: string;
}

/** What the tests read of answers; which fields are there depends on the path. */
export interface ReplyJson {
  readonly Items: readonly TaskJson[];
  readonly TotalResults: number;
  readonly TotalCounts?: Readonly<Record<string, number>>;
  readonly Links: Readonly<Record<string, string>>;
  readonly Nodes: readonly {
    readonly Id: string;
    readonly LastSeen: string;
    readonly RunningTaskCount: number;
    readonly MaxConcurrentTasks: number;
    readonly IsInMaintenanceMode: boolean;
  }[];
  readonly State: string;
  readonly Version: string;
  readonly ErrorMessage: string;
  readonly IsOperatingNormally: boolean;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** A fleet whose time moves by `pass` only. */
export interface TestFleet {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  instance(tenant: string): SimulatedInstance;
  /** Moves clock and fleet. */
  pass(ms: number): Promise<void>;
  /** Asks an instance, with its key unless told; time passes while the answer is late, unless a signal is given. */
  ask(tenant: string, path: string, init?: Ask): Promise<Reply>;
  /** The whole live log of an instance. */
  readLog(tenant: string): Promise<string>;
}

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** Starts a fleet on a virtual clock and a directory of its own; both end with the test. */
export async function startFleet(
  t: TestContext,
  options: Partial<SimulatorOptions> = {},
): Promise<TestFleet> {
  const directory = await mkdtemp(join(tmpdir(), 'octowatch-fleet-'));
  const clock = new VirtualClock(START);
  const simulator = await startSimulator({
    seed: 'test',
    tenants: TENANTS,
    clock,
    log: SILENT,
    directory,
    calendar: 'always-busy',
    isRunning: false,
    ...options,
  });
  t.after(async () => {
    await simulator.close();
    await rm(directory, { recursive: true, force: true });
  });
  return new VirtualFleet(simulator, clock);
}

class VirtualFleet implements TestFleet {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;

  constructor(simulator: Simulator, clock: VirtualClock) {
    this.simulator = simulator;
    this.clock = clock;
  }

  instance(tenant: string): SimulatedInstance {
    const found = this.simulator.instances.find((instance) => instance.tenant === tenant);
    if (found === undefined) throw new Error(`no tenant ${tenant}`);
    return found;
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.simulator.step(this.clock.now());
  }

  async ask(tenant: string, path: string, init: Ask = {}): Promise<Reply> {
    const { url, apiKey } = this.instance(tenant);
    const headers = { 'X-Octopus-ApiKey': apiKey, ...init.headers };
    const answer = exchange(url + path, { ...init, headers });
    return init.signal === undefined ? this.#whileTimePasses(answer) : answer;
  }

  readLog(tenant: string): Promise<string> {
    return readFile(this.instance(tenant).logFile, 'utf8');
  }

  async #whileTimePasses<T>(answer: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const settle = (): void => {
      state.isDone = true;
    };
    answer.then(settle, settle);
    for (let turn = 0; !state.isDone; turn++) await this.clock.advance(turn < 100 ? 0 : 100);
    return answer;
  }
}

/** One exchange on a connection of its own, so that no test meets the remains of another's. */
async function exchange(url: string, { body = '', ...options }: Ask): Promise<Reply> {
  const sent = request(url, { ...options, agent: false });
  sent.end(body);
  const response: IncomingMessage = await new Promise((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
  });
  const received = await text(response);
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
  );
  return { status: response.statusCode ?? 0, headers, text: received, json: parse(received) };
}

/** What is read is asserted by the tests; an answer of another shape fails them. */
function parse(received: string): ReplyJson {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return JSON.parse(received) as ReplyJson;
  } catch {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return {} as ReplyJson;
  }
}
