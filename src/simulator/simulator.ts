import { join } from 'node:path';
import { Failure } from '../model/failure.ts';
import type { Clock, Log } from '../model/ports.ts';
import { liveDaily } from './habits.ts';
import type { Fault, FaultHandle, WriteRecord } from './http/faults.ts';
import { InstanceServer } from './http/instance-server.ts';
import { IncidentRunner } from './incident-runner.ts';
import { Instance } from './instance.ts';
import type { Inventory } from './inventory.ts';
import { randomIncidents } from './random-incidents.ts';
import { SeededRandom } from './random.ts';
import { ServerLog } from './server-log.ts';
import { placeTenants, type Calendar, type Tenant, type TenantSpec } from './topology.ts';
import type { IncidentHandle, IncidentSpec, IncidentTruth } from './truth.ts';

const LOGS_AT_ONCE = 32;

export interface SimulatorOptions {
  /** Same seed, same times, same fleet. */
  readonly seed: string | number;
  /** How many tenants, or which. */
  readonly tenants: number | readonly TenantSpec[];
  readonly clock: Clock;
  readonly log: Log;
  /** Where log files go: `<directory>/<tenant>/OctopusServer.txt`. */
  readonly directory: string;
  /** Incidents by `afterMs`; `random` draws them for ever. Default none. */
  readonly incidents?: readonly IncidentSpec[] | 'random';
  /** How much more often random incidents happen than in the catalogue's `cloud` profile. Default 20 (`stress`). */
  readonly stress?: number;
  /** Multiplies what tenants do: tasks and web requests. Time itself is the clock's. Default 1. */
  readonly speed?: number;
  /** Default `local-time`: week and day of the tenant's region. */
  readonly calendar?: Calendar;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The first instance's port, the others follow; 0, the default, takes free ones. */
  readonly basePort?: number;
  /** ms between the steps of the model. Default 500. */
  readonly stepMs?: number;
  /** Size at which a log file is archived, as well as at midnight UTC. Default 20 MiB. */
  readonly archiveAboveBytes?: number;
  /** How long the fleet has lived before the start, ms: history, running tasks, log lines. Default 5 minutes. */
  readonly warmUpMs?: number;
  /** False: time moves by `step` only. Default true. */
  readonly isRunning?: boolean;
}

/** One fake Octopus server as a fleet configuration needs it. */
export interface SimulatedInstance {
  readonly tenant: string;
  readonly url: string;
  readonly apiKey: string;
  /** A key that may read tasks and nothing else: 403. */
  readonly limitedApiKey: string;
  readonly logDirectory: string;
  readonly logFile: string;
  /** Names of its server nodes. */
  readonly nodes: readonly string[];
  readonly info: {
    readonly region: string;
    readonly database_server: string;
    readonly version: string;
    readonly plan: string;
  };
  /** The cluster machine it runs on. */
  readonly clusterNode: string;
  /** Machines, workers, license and modes; what is changed here is what it answers. */
  readonly inventory: Inventory;
}

/** A task that was cancelled through the API. */
export interface Cancellation {
  readonly taskId: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** A fleet of fake Octopus servers, and the truth about it. */
export interface Simulator extends AsyncDisposable {
  readonly instances: readonly SimulatedInstance[];
  /** Starts an incident now. @throws Failure `invalid` when it names what is not there */
  inject(spec: IncidentSpec): IncidentHandle;
  /** Breaks the way to a tenant's API until the handle ends it. @throws Failure `invalid` for an unknown tenant */
  fault(tenant: string, fault: Fault): FaultHandle;
  /** Restarts a tenant's server, as a heal by restart does; down for `downMs` (default 60 s). */
  restart(tenant: string, downMs?: number): void;
  truth(): readonly IncidentTruth[];
  /** Cancel requests that were accepted, each as often as it was. */
  cancelled(tenant: string): readonly Cancellation[];
  /** All POST and PUT requests of a tenant, refused ones too. */
  writes(tenant: string): readonly WriteRecord[];
  /** Moves the fleet to `now`; resolves when logs are written and ports follow. Not needed while it runs by itself. */
  step(now: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts the fleet: ports open, log files begun. @throws Failure `network` when a port is taken */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const fleet = new Fleet(options);
  await fleet.open();
  return fleet;
}

interface Member {
  readonly instance: Instance;
  readonly server: InstanceServer;
  readonly apiKey: string;
  readonly limitedApiKey: string;
}

class Fleet implements Simulator {
  readonly #options: SimulatorOptions;
  readonly #members: readonly Member[];
  readonly #incidents: IncidentRunner;
  readonly #plan: Iterator<IncidentSpec>;
  readonly #stop = new AbortController();
  readonly #start: number;
  readonly #stepMs: number;
  #next: IncidentSpec | undefined;
  #now: number;
  #io: Promise<void> = Promise.resolve();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#start = options.clock.now();
    this.#now = this.#start;
    this.#stepMs = options.stepMs ?? 500;
    const random = new SeededRandom(String(options.seed));
    const tenants = placeTenants(options.tenants, random.fork('topology'));
    this.#members = tenants.map((tenant, index) => this.#create(tenant, index, random));
    const instances = this.#members.map(({ instance }) => instance);
    this.#incidents = new IncidentRunner(instances, random.fork('incidents'));
    this.#plan = planOf(options, tenants.length, random.fork('plan'));
    this.#next = this.#plan.next().value;
  }

  get instances(): readonly SimulatedInstance[] {
    return this.#members.map(describe);
  }

  async open(): Promise<void> {
    try {
      for (const { server } of this.#members) await server.listen();
      await this.step(this.#start);
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.#options.isRunning !== false) this.#loop = this.#run();
  }

  inject(spec: IncidentSpec): IncidentHandle {
    const handle = this.#incidents.start(spec, this.#now);
    this.#incidents.tick(this.#now);
    this.#followSoon();
    return handle;
  }

  fault(tenant: string, fault: Fault): FaultHandle {
    return this.#member(tenant).server.addFault(fault);
  }

  restart(tenant: string, downMs = 60_000): void {
    this.#member(tenant).instance.restart(this.#now, downMs);
    this.#followSoon();
  }

  truth(): readonly IncidentTruth[] {
    return this.#incidents.truth();
  }

  cancelled(tenant: string): readonly Cancellation[] {
    return this.writes(tenant).flatMap(({ at, path, status }) => {
      const [, id] = /\/(ServerTasks-\d+)\/cancel$/i.exec(path) ?? [];
      return id === undefined || status !== 200 ? [] : [{ taskId: id, at }];
    });
  }

  writes(tenant: string): readonly WriteRecord[] {
    return this.#member(tenant).server.writes;
  }

  step(now: number): Promise<void> {
    while (this.#now < now) this.#advance(Math.min(now, this.#now + this.#stepMs));
    return this.#queueIo();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.#io.catch(() => undefined);
    await Promise.all(this.#members.map(({ server }) => server.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #create(tenant: Tenant, index: number, random: SeededRandom): Member {
    const { clock, log, directory, host = '127.0.0.1', basePort = 0, speed = 1 } = this.#options;
    const { archiveAboveBytes = 20 * 1024 * 1024, calendar = 'local-time' } = this.#options;
    const own = random.fork(tenant.tenant);
    const logDirectory = join(directory, tenant.tenant);
    const serverLog = new ServerLog({ directory: logDirectory, random: own.fork('log'), archiveAboveBytes });
    const born = Math.max(0, this.#start - (this.#options.warmUpMs ?? 300_000));
    const instance = new Instance({ tenant, random: own, serverLog, start: born });
    liveDaily(instance, born, { calendar, speed });
    instance.advance(this.#start);
    const apiKey = `API-${own.fork('key').hex(26).toUpperCase()}`;
    const limitedApiKey = `API-${own.fork('limited key').hex(26).toUpperCase()}`;
    const port = basePort === 0 ? 0 : basePort + index;
    const server = new InstanceServer({ instance, clock, log, host, port, apiKey, limitedApiKey });
    return { instance, server, apiKey, limitedApiKey };
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await clock.sleep(this.#stepMs, signal);
      } catch {
        return;
      }
      this.step(clock.now()).catch((error: unknown) => {
        log.error({ err: error }, 'simulator could not write logs or open ports');
      });
    }
  }

  /** One step of everything that lives, in one go: nothing else sees the fleet between two times. */
  #advance(now: number): void {
    for (const { instance } of this.#members) instance.advance(now);
    this.#now = now;
    while (this.#next !== undefined && this.#start + (this.#next.afterMs ?? 0) <= now) {
      this.#incidents.start(this.#next, now);
      this.#next = this.#plan.next().value;
    }
    this.#incidents.tick(now);
  }

  /** Writes logs and lets ports follow after what is under way; what a slow disk leaves is taken by the next turn. */
  #queueIo(): Promise<void> {
    this.#io = this.#io.catch(() => undefined).then(() => this.#doIo());
    return this.#io;
  }

  #followSoon(): void {
    this.#queueIo().catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'simulator could not write logs or open ports');
    });
  }

  async #doIo(): Promise<void> {
    const dirty = this.#members.filter(({ instance }) => instance.serverLog.isDirty);
    for (let from = 0; from < dirty.length; from += LOGS_AT_ONCE) {
      const some = dirty.slice(from, from + LOGS_AT_ONCE);
      await Promise.all(some.map(({ instance }) => instance.serverLog.flush()));
    }
    await Promise.all(this.#members.map(({ server }) => server.follow()));
  }

  #member(tenant: string): Member {
    const found = this.#members.find(({ instance }) => instance.tenant.tenant === tenant);
    if (found === undefined) throw new Failure('invalid', `simulator: no tenant named ${tenant}`);
    return found;
  }
}

function describe({ instance, server, apiKey, limitedApiKey }: Member): SimulatedInstance {
  const { tenant, region, databaseServer, plan, clusterNode } = instance.tenant;
  return {
    tenant,
    url: server.url,
    apiKey,
    limitedApiKey,
    logDirectory: instance.serverLog.directory,
    logFile: instance.serverLog.file,
    nodes: instance.nodes.map(({ name }) => name),
    info: { region, database_server: databaseServer, version: instance.version, plan },
    clusterNode,
    inventory: instance.inventory,
  };
}

function planOf(
  { incidents = [], stress = 20 }: SimulatorOptions,
  tenants: number,
  random: SeededRandom,
): Iterator<IncidentSpec> {
  if (incidents === 'random') return randomIncidents(tenants, stress, random);
  return incidents.toSorted((a, b) => (a.afterMs ?? 0) - (b.afterMs ?? 0)).values();
}
