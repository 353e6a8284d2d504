import type { Alert } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import { commonLabels, labelValue, type Labels } from '../model/labels.ts';
import type { Acknowledgement } from '../model/on-call.ts';
import type { HealStatus } from '../model/plan.ts';
import type { Group } from './group.ts';
import type { Guarded } from './guard.ts';
import type { IncidentEntry, IncidentLog, PageEntry } from './log/incident-log.ts';
import { impactOf } from './page/impact-of.ts';
import type { Surroundings } from './page/incident-details.ts';

const MOST_OTHERS = 3;

/** How an incident ended that nobody and nothing ended. */
const BY_ITSELF = 'over by itself';

interface AroundOptions {
  /** ms */
  readonly now: number;
  /** Every tenant that is awake, with its info labels. */
  readonly fleet: ReadonlyMap<string, Labels>;
}

/** Incidents from their first alert to their end, as the log of incidents has them. */
export class Episodes {
  readonly #log: IncidentLog;
  readonly #guarded: Guarded;
  readonly #open: Map<string, IncidentEntry>;

  /** `guarded` runs what reads and writes the log, and reports what it throws. */
  constructor(log: IncidentLog, guarded: Guarded) {
    this.#log = log;
    this.#guarded = guarded;
    this.#open = new Map(guarded(() => log.open())?.map((entry) => [entry.key, entry]));
  }

  has(key: string): boolean {
    return this.#open.has(key);
  }

  keys(): Iterable<string> {
    return this.#open.keys();
  }

  begin({ key, receiver, severity, summary, startsAt, alerts }: Incident, team: string | undefined): void {
    if (this.#open.has(key)) return;
    const entry = {
      key,
      receiver,
      ...aboutOf(alerts),
      severity,
      summary,
      startedAt: startsAt,
      ...(team === undefined ? {} : { team }),
    };
    this.#open.set(key, entry);
    this.#guarded(() => this.#log.saveIncident(entry));
  }

  acknowledge(key: string, acknowledged: Acknowledgement): void {
    const entry = this.#open.get(key);
    if (entry === undefined) return;
    this.#open.set(key, { ...entry, acknowledged });
    this.#guarded(() => this.#log.saveIncident({ ...entry, acknowledged }));
  }

  /** `ended` says how; without it nobody and nothing has ended it, but maybe somebody has taken it. */
  end(
    key: string,
    ended: string | undefined,
    acknowledged: Acknowledgement | undefined,
    endedAt: number,
  ): void {
    const entry = this.#open.get(key);
    if (entry === undefined) return;
    this.#open.delete(key);
    const how = ended ?? (acknowledged === undefined ? BY_ITSELF : `acknowledged by ${acknowledged.by.name}`);
    this.#guarded(() => this.#log.saveIncident({ ...entry, ended: how, endedAt }));
  }

  addPage(page: PageEntry): void {
    this.#guarded(() => this.#log.addPage(page));
  }

  /** Who is concerned, what happened the last time, and what else is open: of the same tenant, then of the same rule. */
  around(key: string, alerts: readonly Alert[], { now, fleet }: AroundOptions): Surroundings {
    const { alertname, tenant } = aboutOf(alerts);
    const impact = impactOf(alerts, fleet);
    const lastSimilar = this.#guarded(() => this.#log.lastSimilar(alertname, tenant, now));
    return {
      ...(impact === undefined ? {} : { impact }),
      ...(lastSimilar === undefined ? {} : { lastSimilar }),
      alsoFiring: this.#others(key, alertname, tenant),
    };
  }

  #others(key: string, alertname: string, tenant: string | undefined): readonly string[] {
    const own = this.#open.get(key)?.summary;
    const [ofTenant, ofRule] = [new Set<string>(), new Set<string>()];
    for (const entry of this.#open.values()) {
      if (ofTenant.size >= MOST_OTHERS) break;
      if (entry.key === key || entry.summary === own) continue;
      if (tenant !== undefined && entry.tenant === tenant) ofTenant.add(entry.summary);
      else if (entry.alertname === alertname && ofRule.size < MOST_OTHERS) ofRule.add(entry.summary);
    }
    return [...ofTenant.union(ofRule)].slice(0, MOST_OTHERS);
  }
}

/** What alerts are about: the rule of the first, and the tenant where it is one. */
function aboutOf(alerts: readonly Alert[]): { readonly alertname: string; readonly tenant?: string } {
  const [first] = alerts;
  const { tenant } = commonLabels(alerts.map(({ labels }) => labels));
  const alertname = first === undefined ? '' : labelValue(first.labels, 'alertname');
  return { alertname, ...(tenant === undefined ? {} : { tenant }) };
}

/** The heal that ended a group's alerts, as the log has it. */
export function healedBy(
  group: Group,
  healStatus: (alertKey: string) => HealStatus | undefined,
): string | undefined {
  const heals = [...group.alerts.keys()].map(healStatus);
  const healed = heals.find((heal) => heal?.state === 'healed');
  return healed === undefined ? undefined : `healed by ${healed.remedy}`;
}
