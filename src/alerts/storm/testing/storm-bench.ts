import assert from 'node:assert/strict';
import type { Labels } from '../../../model/labels.ts';
import type { Storm, StormGroup, StormSettings } from '../storm.ts';
import { createStorms, type Storms } from '../storms.ts';

export const MINUTE = 60_000;
export const START = Date.UTC(2026, 10, 21, 2, 51);

export const STORM_SETTINGS: StormSettings = {
  enabled: true,
  minTenants: 5,
  minLift: 2,
  minShare: 0.5,
  settleMs: 10 * MINUTE,
};

/** What page lines say of each alert. */
const SYMPTOMS: Readonly<Record<string, string>> = {
  OctopusDown: 'down, login timeout',
  OctopusQueueStuck: 'queue stuck 12m, 43 waiting, 0 running',
  OctopusQueueWait: 'deployments wait 14m in the queue',
  OctopusLicenseExpired: 'license expired or expires today, deployments stop with it',
};

/**
 * Tenants on 30 database servers (the first 10 in eu-west-2, then two, then one region), spread over 40 nodes and two
 * versions (40 % have 2026.2.1) without regard to that.
 */
export function stormFleet(size = 1000): Map<string, Labels> {
  const fleet = new Map<string, Labels>();
  for (let i = 0; i < size; i++) {
    const server = i % 30;
    fleet.set(`t${i}`, {
      database_server: `sql-${server}`,
      region:
        server < 10 ? 'eu-west-2' : server < 18 ? 'us-east-1' : server < 25 ? 'us-west-2' : 'ap-south-1',
      node: `aks-${Math.floor(i / 30) % 40}`,
      version: (i * 7) % 10 < 4 ? '2026.2.1' : '2026.1.3',
      url: `https://t${i}.octopus.example`,
    });
  }
  return fleet;
}

/** A receiver's firing groups over time, and what the storms make of them. */
export class StormBench {
  now = START;
  readonly fleet: ReadonlyMap<string, Labels>;
  readonly firing = new Map<string, StormGroup>();
  storms: Storms;
  readonly #settings: StormSettings;

  constructor(fleet: ReadonlyMap<string, Labels> = stormFleet(), settings: Partial<StormSettings> = {}) {
    this.fleet = fleet;
    this.#settings = { ...STORM_SETTINGS, ...settings };
    this.storms = createStorms(this.#settings);
  }

  /** Tenants with a label, as many as asked for. */
  having(name: string, value: string, count = Infinity): string[] {
    return [...this.fleet]
      .filter(([, labels]) => labels[name] === value)
      .map(([tenant]) => tenant)
      .slice(0, count);
  }

  fire(tenants: readonly string[], alertname = 'OctopusDown'): void {
    for (const tenant of tenants) {
      const key = `${alertname}/${tenant}`;
      if (this.firing.has(key)) continue;
      const line = `${tenant}: ${SYMPTOMS[alertname] ?? alertname}`;
      this.firing.set(key, { key, alertname, tenant, line, firedAt: this.now });
    }
  }

  end(tenants: readonly string[], alertname = 'OctopusDown'): void {
    for (const tenant of tenants) this.firing.delete(`${alertname}/${tenant}`);
  }

  look(passMs = 0): readonly Storm[] {
    this.now += passMs;
    return this.storms.look({
      now: this.now,
      receiver: 'oncall',
      groups: [...this.firing.values()],
      fleet: this.fleet,
    });
  }

  /** A new process with what the journal has. */
  restart(): void {
    const saved = this.storms.changes().get('oncall');
    if (saved !== undefined) this.saved = saved;
    this.storms = createStorms(this.#settings);
    if (this.saved !== undefined) this.storms.restore('oncall', this.saved);
  }

  saved: string | undefined;
}

/** The classes of storms, as short texts. */
export function classesOf(storms: readonly Storm[]): string[] {
  return storms.map(({ class: { alertname, trait } }) =>
    trait === undefined ? alertname : `${trait.name}=${trait.value}`,
  );
}

/** The only storm there is. */
export function only(storms: readonly Storm[]): Storm {
  assert.equal(storms.length, 1, JSON.stringify(classesOf(storms)));
  const [storm] = storms;
  assert.ok(storm);
  return storm;
}

/** No two of them share a server or a node, and no region has half of them by more than chance. */
export const STRANGERS = ['t0', 't31', 't62', 't95', 't128', 't163', 't198', 't229', 't260', 't293'];
