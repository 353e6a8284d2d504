import type { CollectorDeps } from '../../collectors/index.ts';
import { configSchema } from '../../src/config/schema.ts';
import { NO_SERIES } from '../../src/model/series.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { systemDisk } from '../../src/system/system-disk.ts';
import { countedMetrics } from './counted-metrics.ts';
import { recordedLog } from './recorded-log.ts';

/** What collectors are made with where nothing is polled: asking anybody throws. */
export function inertDeps(): CollectorDeps {
  const { collectors } = configSchema.parse({});
  return {
    clientFor: refuse,
    aws: { at: refuse, close() {} },
    kubernetes: { at: refuse, close: () => Promise.resolve() },
    http: refuse,
    prober: { http: refuse, tcp: refuse, dns: refuse },
    disk: systemDisk,
    clock: new VirtualClock(),
    random: () => 0,
    log: recordedLog().log,
    metrics: countedMetrics().metrics,
    series: NO_SERIES,
    settings: () => collectors,
    maintenanceWindows: () => [],
  };
}

function refuse(): never {
  throw new Error('nothing is polled here');
}
