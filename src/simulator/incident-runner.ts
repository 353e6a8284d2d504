import { Failure } from '../model/failure.ts';
import { INCIDENT_TYPES } from './incidents/catalogue.ts';
import type { IncidentType, Play } from './incidents/incident-type.ts';
import type { Instance } from './instance.ts';
import type { SeededRandom } from './random.ts';
import type { IncidentHandle, IncidentSpec, IncidentTruth, SharedThing } from './truth.ts';

/** One incident, running or over. */
interface Incident {
  readonly id: string;
  readonly type: IncidentType;
  readonly victims: readonly Instance[];
  readonly shared: SharedThing | undefined;
  readonly play: Play;
  readonly start: number;
  /** When it ends by itself. */
  readonly until: number;
  readonly restarted: Set<Instance>;
  readonly forget: readonly (() => void)[];
  seenAt: number | undefined;
  endedAt: number | undefined;
  healedAt: number | undefined;
}

/** Starts incidents, lets them play, ends them, and keeps the truth about them. */
export class IncidentRunner {
  readonly #instances: readonly Instance[];
  readonly #random: SeededRandom;
  readonly #incidents: Incident[] = [];
  #running: Incident[] = [];

  constructor(instances: readonly Instance[], random: SeededRandom) {
    this.#instances = instances;
    this.#random = random;
  }

  /** Starts an incident. @throws Failure `invalid` when it names a tenant or shared thing that is not there */
  start(spec: IncidentSpec, at: number): IncidentHandle {
    const incident = this.#create(spec, at);
    this.#incidents.push(incident);
    this.#running.push(incident);
    const truth = (): IncidentTruth => this.#truthOf(incident);
    return {
      id: incident.id,
      get truth() {
        return truth();
      },
      end: () => {
        this.#end(incident, Math.max(at, incident.victims[0]?.now ?? at));
      },
    };
  }

  /** Lets what runs play until `at`. */
  tick(at: number): void {
    for (const incident of this.#running) {
      const { isSeen, isHealed = false } = incident.play.tick(at);
      if (isSeen) incident.seenAt ??= at;
      const isRestarted = incident.type.heal.byRestart && incident.restarted.size === incident.victims.length;
      if (isHealed || isRestarted) incident.healedAt = at;
      if (incident.healedAt !== undefined || at >= incident.until) this.#end(incident, at);
    }
  }

  /** The truth about all incidents, in the order in which they began. */
  truth(): IncidentTruth[] {
    return this.#incidents.map((incident) => this.#truthOf(incident));
  }

  #create(spec: IncidentSpec, at: number): Incident {
    const type = INCIDENT_TYPES[spec.type];
    const id = `${spec.type}-${this.#incidents.length + 1}`;
    const random = this.#random.fork(id);
    const { victims, shared } = this.#choose(type, spec, random);
    const drawn = type.lengthMs(random);
    const lengthMs = spec.durationMs ?? drawn;
    const restarted = new Set<Instance>();
    const forget = victims.map((victim) => victim.onRestart(() => void restarted.add(victim)));
    const play = type.start({ key: id, victims, random, at, lengthMs });
    const ends = { seenAt: undefined, endedAt: undefined, healedAt: undefined };
    return { id, type, victims, shared, play, start: at, until: at + lengthMs, restarted, forget, ...ends };
  }

  #choose(
    type: IncidentType,
    spec: IncidentSpec,
    random: SeededRandom,
  ): Pick<Incident, 'victims' | 'shared'> {
    if (type.shared === undefined) {
      const tenants = spec.tenants ?? [random.pick(this.#instances).tenant.tenant];
      return { victims: tenants.map((tenant) => this.#named(tenant)), shared: undefined };
    }
    const kind = type.shared;
    const name = spec.shared ?? sharedName(random.pick(this.#instances), kind);
    const victims = this.#instances.filter((instance) => sharedName(instance, kind) === name);
    if (victims.length === 0) throw new Failure('invalid', `simulator: no tenant on ${kind} ${name}`);
    return { victims, shared: { kind, name } };
  }

  #named(tenant: string): Instance {
    const found = this.#instances.find((instance) => instance.tenant.tenant === tenant);
    if (found === undefined) throw new Failure('invalid', `simulator: no tenant named ${tenant}`);
    return found;
  }

  #end(incident: Incident, at: number): void {
    if (incident.endedAt !== undefined) return;
    incident.endedAt = at;
    incident.play.end(at);
    for (const forget of incident.forget) forget();
    this.#running = this.#running.filter((other) => other !== incident);
  }

  #truthOf(incident: Incident): IncidentTruth {
    const { id, type, victims, shared, start, seenAt, endedAt, healedAt } = incident;
    return {
      id,
      type: type.id,
      t0: start,
      t1: endedAt,
      harm_from: start + type.harmAfterMs,
      class: type.class,
      family: type.family,
      tenants: victims.map(({ tenant }) => tenant.tenant),
      shared,
      cause_entity: shared?.name ?? victims[0]?.tenant.tenant ?? '',
      evidence_from: seenAt,
      evidence: type.evidence,
      heal: { ok: type.heal.ok, wrong: type.heal.wrong, p: type.heal.p, at: healedAt },
      overlaps: this.#incidents.filter((other) => overlap(incident, other)).map((other) => other.id),
      planned: type.isPlanned ?? false,
    };
  }
}

function sharedName({ tenant }: Instance, kind: SharedThing['kind']): string {
  const names = {
    cluster_node: tenant.clusterNode,
    database_server: tenant.databaseServer,
    region: tenant.region,
  };
  return names[kind];
}

function overlap(a: Incident, b: Incident): boolean {
  if (a === b || !a.victims.some((victim) => b.victims.includes(victim))) return false;
  return a.start < (b.endedAt ?? Infinity) && b.start < (a.endedAt ?? Infinity);
}
