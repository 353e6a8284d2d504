import { Failure } from '../model/failure.ts';
import type { ReceiverNotifier } from './lane.ts';

/**
 * Stands for a receiver that the configuration does not have any more, after a restart: its credentials are gone, so
 * nothing can be sent, but what is open at it stays visible. `suffix` is its kind and number, `pagerduty-0`.
 */
export function lostReceiver(receiver: string, suffix: string): ReceiverNotifier {
  const [kind = suffix] = (suffix.split('/').at(-1) ?? suffix).split(/-\d+$/);
  const message = `receiver ${receiver} is not configured any more: put it back for a while, or close the incident at ${kind} by hand`;
  return {
    kind,
    wakes: false,
    sendResolved: true,
    notifier: {
      showsHealing: false,
      notify: () => Promise.reject(new Failure('not_found', message)),
    },
  };
}
