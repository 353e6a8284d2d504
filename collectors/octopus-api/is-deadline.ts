import { Failure } from '../../src/model/failure.ts';

/** Whether a probe ran into its deadline: it has had no answer. One that was stopped knows nothing. */
export function isDeadline({ reason }: AbortSignal): boolean {
  return reason instanceof Failure && reason.reason === 'timeout';
}
