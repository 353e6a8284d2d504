import { labelValue, type Labels } from '../../model/labels.ts';
import type { Trait } from './storm.ts';

/** How sure a trait must be: chance shows one in so many searches. */
const CHANCE = 100;
/** They name the tenant or the series itself. */
const NO_TRAITS = new Set(['__name__', 'alertname', 'tenant', 'instance', 'job', 'url']);

/** How often a trait is seen among some tenants, the victims, and in the whole fleet. */
export interface Sighting {
  readonly trait: Trait;
  /** Victims that have it, of how many. */
  readonly victims: number;
  readonly ofVictims: number;
  /** Tenants that have it, of how many; victims among them. */
  readonly tenants: number;
  readonly ofTenants: number;
}

/** The traits of a fleet, counted once. */
export class FleetTraits {
  /** How many traits there are to be seen: each is a chance for chance. */
  readonly kinds: number;
  readonly size: number;
  readonly #traits: Trait[] = [];
  /** Tenants that have it, by the trait's place in the list. */
  readonly #counts: number[] = [];
  /** The places of each tenant's traits. */
  readonly #places = new Map<string, readonly number[]>();
  readonly #fleet: ReadonlyMap<string, Labels>;

  constructor(fleet: ReadonlyMap<string, Labels>) {
    this.#fleet = fleet;
    this.size = fleet.size;
    const known = new Map<string, Map<string, number>>();
    for (const [tenant, labels] of fleet) this.#places.set(tenant, this.#count(labels, known));
    this.kinds = this.#counts.filter((count) => count > 1).length;
  }

  #count(labels: Labels, known: Map<string, Map<string, number>>): readonly number[] {
    const places: number[] = [];
    for (const name in labels) {
      const value = labelValue(labels, name);
      if (value === '' || NO_TRAITS.has(name)) continue;
      const values = known.get(name) ?? new Map<string, number>();
      known.set(name, values);
      const place = values.get(value) ?? this.#traits.push({ name, value }) - 1;
      values.set(value, place);
      this.#counts[place] = (this.#counts[place] ?? 0) + 1;
      places.push(place);
    }
    return places;
  }

  has(tenant: string, { name, value }: Trait): boolean {
    const labels = this.#fleet.get(tenant);
    return labels !== undefined && labelValue(labels, name) === value;
  }

  /** Traits that at least `minShare` of the victims have. */
  sightings(victims: ReadonlySet<string>, minShare: number): Sighting[] {
    const seen = new Uint32Array(this.#traits.length);
    for (const tenant of victims)
      for (const place of this.#places.get(tenant) ?? []) seen[place] = (seen[place] ?? 0) + 1;
    const ofTenants = this.sizeWith(victims);
    return this.#traits.flatMap((trait, place) => {
      const count = seen[place] ?? 0;
      if (count === 0 || count < minShare * victims.size) return [];
      const tenants = this.#counts[place] ?? 0;
      return [{ trait, victims: count, ofVictims: victims.size, tenants, ofTenants }];
    });
  }

  /** One trait among victims. */
  sighting(victims: ReadonlySet<string>, trait: Trait): Sighting {
    const isIt = (other: Trait): boolean => other.name === trait.name && other.value === trait.value;
    const seen = this.sightings(victims, 0).find((sighting) => isIt(sighting.trait));
    if (seen !== undefined) return seen;
    const tenants = this.#counts[this.#traits.findIndex(isIt)] ?? 0;
    return { trait, victims: 0, ofVictims: victims.size, tenants, ofTenants: this.sizeWith(victims) };
  }

  /** Whether a trait says something of the victims that chance does not. */
  isTelling(sighting: Sighting, minLift: number): boolean {
    const enough = Math.log(Math.max(1, this.kinds) * CHANCE);
    return liftOf(sighting) >= minLift && evidenceOf(sighting) >= enough;
  }

  /** A victim that is not known (new, or just gone) is a tenant all the same. */
  sizeWith(victims: ReadonlySet<string>): number {
    let size = this.size;
    for (const tenant of victims) if (!this.#fleet.has(tenant)) size++;
    return size;
  }
}

/** Share among victims ÷ share among all tenants; 0 when nobody has it. */
export function liftOf({ victims, ofVictims, tenants, ofTenants }: Sighting): number {
  return ofVictims * tenants === 0 ? 0 : (victims * ofTenants) / (ofVictims * tenants);
}

/**
 * How much better "those with the trait fail, the others do not" explains who fails than "anybody may fail", in nats:
 * the log-likelihood ratio of the table of victims and others, with and without the trait, Σ seen · ln(seen ÷ expected).
 * That is half of G in the G-test (Woolf 1957), and the information gain of a decision tree times the tenants.
 *
 * It weighs both kinds of misfit, and grows with numbers. Of 37 victims among 1,000, 35 of the 36 on a server are worth 139;
 * 36 in its region of 340 are worth 36 (too general: 304 there are well); 3 of the 25 on a node 2; both tenants of a small
 * node 7 (too specific: it leaves 35 unexplained), although their lift of 27 is larger than the server's of 26.
 * Of chance, G has the χ² distribution with one degree of freedom (Wilks), so chance reaches x with a probability below e^-x
 * for one trait, and below k · e^-x for any of k traits: a trait counts from ln(100 · k) on.
 */
export function evidenceOf({ victims, ofVictims, tenants, ofTenants }: Sighting): number {
  const others = ofTenants - ofVictims;
  const without = ofTenants - tenants;
  return (
    term(victims, (ofVictims * tenants) / ofTenants) +
    term(tenants - victims, (others * tenants) / ofTenants) +
    term(ofVictims - victims, (ofVictims * without) / ofTenants) +
    term(without - ofVictims + victims, (others * without) / ofTenants)
  );
}

function term(seen: number, expected: number): number {
  return seen <= 0 || expected <= 0 ? 0 : seen * Math.log(seen / expected);
}

/** The most telling first; of equal ones the one with the larger lift, more victims, then by name. */
export function byEvidence(a: Sighting, b: Sighting): number {
  return (
    // Two ways to the same table differ in the last bits.
    Math.round((evidenceOf(b) - evidenceOf(a)) * 1e6) ||
    liftOf(b) - liftOf(a) ||
    b.victims - a.victims ||
    compare(a.trait.name, b.trait.name) ||
    compare(a.trait.value, b.trait.value)
  );
}

/** Order by code units, the same everywhere. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
