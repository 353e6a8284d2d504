import type { SharedTrait } from '../../model/incident.ts';
import { tenantsOf } from './explain.ts';
import type { OpenStorm } from './open-storm.ts';
import { stormLine } from './storm-line.ts';
import { quietMs, type Storm, type StormGroup, type StormSettings, type StormView } from './storm.ts';
import { symptomOf } from './symptom.ts';
import { byEvidence, compare, liftOf, type FleetTraits, type Sighting } from './traits.ts';

const MOST_SHARED = 5;

/** A storm as its receiver is to be told of it. */
export function reportStorm(
  storm: OpenStorm,
  { now, groups }: StormView,
  fleet: FleetTraits,
  settings: StormSettings,
): Storm {
  const members = storm.members();
  const tenants = tenantsOf(members);
  const victims = victimsOf(members, groups);
  const { trait } = storm.class;
  return {
    id: storm.id,
    class: storm.class,
    startedAt: storm.startedAt,
    line: stormLine({
      tenants: tenants.size,
      victims: victims.size,
      fleet: fleet.sizeWith(victims),
      peak: storm.peak,
      isEbbing: tenants.size < settings.minTenants,
      ...(trait === undefined ? {} : { trait }),
      symptom: symptomOf(members),
      ageMs: now - storm.startedAt,
      quietMs: quietMs(settings),
    }),
    shared: sharedBy(victims, storm, fleet, settings.minShare),
    members: members.map(({ key }) => key).toSorted(compare),
    tenants: [...tenants].toSorted(compare),
    replaces: storm.replaces,
  };
}

/** All tenants that have one of the storm's symptoms, told by it or not. */
function victimsOf(members: readonly StormGroup[], groups: readonly StormGroup[]): Set<string> {
  const symptoms = new Set(members.map(({ alertname }) => alertname));
  return tenantsOf(groups.filter(({ alertname, tenant }) => tenant !== '' && symptoms.has(alertname)));
}

/** The storm's own trait first. */
function sharedBy(
  victims: ReadonlySet<string>,
  storm: OpenStorm,
  fleet: FleetTraits,
  minShare: number,
): SharedTrait[] {
  if (victims.size === 0) return [];
  const { trait } = storm.class;
  const others = fleet
    .sightings(victims, minShare)
    .filter((seen) => seen.trait.name !== trait?.name)
    .toSorted(byEvidence);
  const own = trait === undefined ? [] : [fleet.sighting(victims, trait)];
  return [...own, ...others].slice(0, MOST_SHARED).map(sharedTrait);
}

function sharedTrait(sighting: Sighting): SharedTrait {
  const { trait, victims, ofVictims, tenants, ofTenants } = sighting;
  return {
    ...trait,
    victims,
    ofVictims,
    others: tenants - victims,
    ofOthers: ofTenants - ofVictims,
    lift: liftOf(sighting),
  };
}
