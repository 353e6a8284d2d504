import { parseArgs } from 'node:util';
import type { StormGroup } from '../../src/alerts/storm/storm.ts';
import { createStorms } from '../../src/alerts/storm/storms.ts';
import { START, STORM_SETTINGS, stormFleet } from '../../src/alerts/storm/testing/storm-bench.ts';

/**
 * What a look at a storm costs that grows to 5,000 of 10,000 tenants, in CPU time of the thread: with the fleet as it was,
 * and with a new one each time, whose traits are counted anew. Looks come once a second at most.
 */
const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const TENANTS = 10_000;
const VICTIMS = 5000;
const LOOKS = options.quick ? 20 : 100;
const WARM = 10;

const fleet = stormFleet(TENANTS);
const victims = [...fleet.keys()]
  .filter((_, index) => index % 2 === 0)
  .slice(0, VICTIMS)
  .map((tenant, index): StormGroup => ({
    key: `OctopusDown/${tenant}`,
    alertname: 'OctopusDown',
    tenant,
    line: `${tenant}: down, no answer to any probe for 2m`,
    firedAt: START + (index % 900) * 1000,
  }));

function look(isSameFleet: boolean): number[] {
  const storms = createStorms(STORM_SETTINGS);
  const times: number[] = [];
  for (let i = -WARM; i < LOOKS; i++) {
    const view = {
      now: START + 900_000 + i * 1000,
      receiver: 'oncall',
      groups: victims.slice(0, VICTIMS - (LOOKS - 1 - i) * 10),
      fleet: isSameFleet ? fleet : new Map(fleet),
    };
    const before = process.threadCpuUsage();
    if (storms.look(view).length !== 1) throw new Error('no storm was found');
    const { user, system } = process.threadCpuUsage(before);
    if (i >= 0) times.push((user + system) / 1000);
  }
  return times.toSorted((a, b) => a - b);
}

function figures(times: readonly number[]): { p50_ms: number; p95_ms: number } {
  const at = (share: number): number => Math.round((times[Math.floor(share * times.length)] ?? 0) * 10) / 10;
  return { p50_ms: at(0.5), p95_ms: at(0.95) };
}

const same = figures(look(true));
const { p50_ms: fresh } = figures(look(false));
console.log(
  JSON.stringify({ bench: 'storms', tenants: TENANTS, victims: VICTIMS, ...same, new_fleet_p50_ms: fresh }),
);
