import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import type { NotifyDependencies } from '../../src/notify/dependencies.ts';
import { createPaces } from '../../src/notify/paces.ts';
import { silentLog } from './silent-log.ts';

/** What a notifier needs, without templates; `http` is not to be called unless it is given. */
export function notifyDependencies(over: Partial<NotifyDependencies> = {}): NotifyDependencies {
  const clock = over.clock ?? new VirtualClock();
  return {
    http: () => Promise.reject(new Error('not to be called')),
    clock,
    log: silentLog,
    metrics: NO_METRICS,
    paces: createPaces(clock),
    write() {},
    ...over,
  };
}
