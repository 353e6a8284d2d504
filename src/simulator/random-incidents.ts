import { INCIDENT_TYPES } from './incidents/catalogue.ts';
import type { SeededRandom } from './random.ts';
import { INCIDENT_TYPE_IDS, type IncidentSpec } from './truth.ts';

const MONTH_MS = 30 * 86_400_000;
/** Occurrences of quiet types grow less with stress: the catalogue's `stress` is 20 and 3 times `cloud`. */
const QUIET_STRESS_SHARE = 3 / 20;

/**
 * Incidents without end, each type a Poisson process of its rate for `tenants` tenants, `stress` times as often (quiet
 * types 3/20 of that, at least once). Drawn as they are asked for, in order of `afterMs`.
 */
export function* randomIncidents(
  tenants: number,
  stress: number,
  random: SeededRandom,
): Generator<IncidentSpec & { readonly afterMs: number }, never> {
  const rates = INCIDENT_TYPE_IDS.map((id) => {
    const factor = id.startsWith('Q') ? Math.max(1, stress * QUIET_STRESS_SHARE) : stress;
    return (INCIDENT_TYPES[id].rate * factor * tenants) / 1000 / MONTH_MS;
  });
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  for (let afterMs = random.exponential(1 / total); ; afterMs += random.exponential(1 / total)) {
    yield { type: INCIDENT_TYPE_IDS[random.weighted(rates)] ?? 'Q6', afterMs };
  }
}
