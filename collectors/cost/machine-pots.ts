import type { Fleet } from '../../src/collect/contract.ts';
import { newest } from '../../src/collect/newest-samples.ts';
import { labelValue } from '../../src/model/labels.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import type { Pot, Rates, Unpriced } from './pot.ts';
import type { Prices } from './settings.ts';

const RUNNING = 'aws_ec2_info';
/** Of the last five minutes, in minutes of a vCPU. */
const SURPLUS = 'aws_ec2_cpu_surplus_credits_charged';
const SURPLUS_PER_HOUR = 12 / 60;

/** EC2 instances that run, each its tenant's alone, with the CPU credits that it has to pay for. */
export function machinePots(series: SeriesReader, prices: Prices, fleet: Fleet, now: number): Rates {
  const pots: Pot[] = [];
  const unpriced = new Map<string, Unpriced>();
  const hasPrices = Object.keys(prices.instance_types).length > 0;
  for (const { labels } of newest(series, RUNNING, now)) {
    if (labelValue(labels, 'instance_state') !== 'running') continue;
    const type = labelValue(labels, 'instance_type');
    const rate = prices.instance_types[type];
    if (rate !== undefined) pots.push(potOf(labelValue(labels, 'tenant'), rate, fleet));
    else if (hasPrices) unpriced.set(type, { kind: 'instance_type', name: type });
  }
  for (const { labels, value } of newest(series, SURPLUS, now))
    pots.push(
      potOf(labelValue(labels, 'tenant'), value * SURPLUS_PER_HOUR * prices.surplus_vcpu_hour, fleet),
    );
  return { pots, unpriced: [...unpriced.values()] };
}

function potOf(tenant: string, rate: number, fleet: Fleet): Pot {
  const whose = fleet.find(tenant)?.tenant ?? '';
  return { rate, component: 'compute', shares: [{ tenant: whose, component: 'compute', weight: 1 }] };
}
