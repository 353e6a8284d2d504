import type { Alert } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import type { Acknowledgement } from '../model/on-call.ts';
import type { HealStatus } from '../model/plan.ts';
import type { Group } from './group.ts';
import type { Guarded } from './guard.ts';
import type { IncidentEntry, IncidentLog, PageEntry } from './log/incident-log.ts';
import type { Surroundings } from './page/incident-details.ts';

const MOST_OTHERS = 3;

/** How an incident ended that nobody and nothing ended. */
const BY_ITSELF = 'over by itself';

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
    const labels = alerts[0]?.labels ?? {};
    const { alertname = '', tenant } = labels;
    const entry = {
      key,
      receiver,
      alertname,
      severity,
      summary,
      startedAt: startsAt,
      ...(tenant === undefined ? {} : { tenant }),
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

  /** What happened the last time, and what else is open: of the same tenant first, then of the same rule. */
  around(key: string, alerts: readonly Alert[], now: number): Surroundings {
    const { alertname = '', tenant } = alerts[0]?.labels ?? {};
    const lastSimilar = this.#guarded(() => this.#log.lastSimilar(alertname, tenant, now));
    const others = [...this.#open.values()].filter((entry) => entry.key !== key);
    const own = this.#open.get(key)?.summary;
    const near = [
      ...others.filter((entry) => tenant !== undefined && entry.tenant === tenant),
      ...others.filter((entry) => entry.alertname === alertname),
    ];
    const lines = new Set(near.map(({ summary }) => summary).filter((summary) => summary !== own));
    const alsoFiring = [...lines].slice(0, MOST_OTHERS);
    return { ...(lastSimilar === undefined ? {} : { lastSimilar }), alsoFiring };
  }
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
