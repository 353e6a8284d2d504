import type { HrTime } from '@opentelemetry/api';

/** ms since the epoch as OpenTelemetry's pair of seconds and nanoseconds. */
export function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
