import { Failure, toFailure } from '../model/failure.ts';
import type { Notifier } from '../model/incident.ts';
import type { Http } from '../model/ports.ts';
import { failureOf, urlSecrets } from './http-answer.ts';
import { withHttpConfig } from './http-config.ts';

const TIMEOUT_MS = 8000;

export interface HeartbeatOptions {
  /** The address of a dead-man's switch; who knows it can keep it quiet. */
  readonly ping_url: string;
  readonly method: 'GET' | 'POST';
}

/**
 * Tells a dead-man's switch (Dead Man's Snitch, healthchecks.io, a PagerDuty heartbeat) that all works, by one request
 * without a body. A beat that fails is never repeated: later it would say what is not known any more.
 */
export function createHeartbeatNotifier(
  { ping_url: url, method }: HeartbeatOptions,
  plainHttp: Http,
): Notifier {
  const http = withHttpConfig(plainHttp, undefined);
  async function beat(signal: AbortSignal): Promise<void> {
    const response = await http({ url, method, timeoutMs: TIMEOUT_MS, signal });
    const failure = failureOf("the dead-man's switch", response, urlSecrets(url), {
      not_found: 'check on_call.watchdog.ping_url',
    });
    if (failure !== undefined) throw failure;
  }

  return {
    showsHealing: false,
    async notify(_, signal) {
      try {
        await beat(signal);
        return {};
      } catch (error) {
        const { reason, message } = toFailure(error);
        throw new Failure(reason, message.replaceAll(url, '***'), { retryable: false });
      }
    },
  };
}
