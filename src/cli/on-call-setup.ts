import { foldSettings } from '../alerts/fold-settings.ts';
import { mutingOf } from '../alerts/mute/muting-of.ts';
import { buildRoute } from '../alerts/route.ts';
import type { OnCallSetup } from '../backtest/on-call/simulated-on-call.ts';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { createPaces } from '../notify/paces.ts';
import { notifiersOf } from '../notify/receiver-notifiers.ts';
import { systemClock } from '../system/system-clock.ts';
import type { CliHost } from './host.ts';

/** Who is told where a configuration has no route. */
const NOBODY = 'nobody';

/**
 * The way from alert to receiver that a configuration has, for simulations: receivers are what they are, and nothing is
 * sent to them. @throws Failure `invalid` for a configuration that `run` would refuse
 */
export function onCallSetup(host: Pick<CliHost, 'createLog'>, config: Config): OnCallSetup {
  const dependencies = {
    http: () => Promise.reject(new Failure('invalid', 'a simulation sends nothing')),
    clock: systemClock,
    log: host.createLog('silent'),
    metrics: NO_METRICS,
    paces: createPaces(systemClock),
    write: () => undefined,
  };
  return {
    route: buildRoute(config.route ?? { receiver: NOBODY }),
    receivers: new Map(
      config.receivers.map((receiver) => [receiver.name, notifiersOf(receiver, dependencies)]),
    ),
    muterOf: (silences) => mutingOf(config, silences),
    folds: foldSettings(config.on_call),
    teamLabel: config.on_call.budget.team_label,
    externalUrl: config.web.external_url ?? `http://${config.web.listen}`,
  };
}
