import type { Http } from '../../src/model/ports.ts';

/** `http` whose caller's deadline passes, or which is aborted, while the first request is under way. */
export function endedInFlight(
  http: Http,
  name: 'TimeoutError' | 'AbortError',
): { http: Http; signal: AbortSignal } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    http(request) {
      const answer = http(request);
      controller.abort(new DOMException('ended by the test', name));
      return answer;
    },
  };
}
