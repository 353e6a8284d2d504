import type { Metric, Unit } from '../../src/model/dataset.ts';

/** A metric that only grows, until a restart. */
export function counter(help: string, unit: Unit = 'none'): Metric {
  return { type: 'counter', unit, help };
}

/** A metric that goes up and down. */
export function gauge(help: string, unit: Unit = 'none'): Metric {
  return { type: 'gauge', unit, help };
}

/** What tells machines, or containers, apart. */
export const instance = { help: 'The machine or container: `collectors.host.instance`, or its host name.' };
