import type { LogGeneration } from './topology.ts';

export type LogLevel = 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

/** NLog's `${longdate}`: UTC, as a container writes it, with four decimals and no zone. */
export function longDate(at: number): string {
  const iso = new Date(Math.floor(at)).toISOString();
  const tenths = Math.floor((at - Math.floor(at)) * 10);
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}${tenths}`;
}

/** One line in the layout `${longdate}  ${processid:padding=5}  ${threadid:padding=5} ${level:padding=5}  ${message}`. */
export function formatLine(at: number, thread: number, level: LogLevel, message: string): string {
  const columns = `${'1'.padStart(5)}  ${String(thread).padStart(5)} ${level.padStart(5)}`;
  return `${longDate(at)}  ${columns}  ${message}\n`;
}

/** A web request as a log or an access line knows it. */
export interface LoggedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly user: string;
}

/** The message of a request that was answered, as servers of the generation word it. */
export function requestMessage(request: LoggedRequest, generation: LogGeneration): string {
  const { method, host, path, status, ms, user } = request;
  const took = timeSpan(ms);
  if (generation === 'legacy') {
    return `"HTTP" "${method}" to "http://${host}${path}" completed with ${status} in ${took} (${ms.toFixed(2)}ms)`;
  }
  return `"HTTP" "${method}" to "${host}""${path}" "completed" with ${status} in ${took} (${Math.round(ms)}ms) by "${user}"`;
}

/** The message of a task that ended; one that failed was abandoned. */
export function taskMessage(description: string, outcome: 'completed' | 'abandoned', ms: number): string {
  return `Executing task "${description}" "${outcome}" after ${Math.round(ms)}ms.`;
}

/** .NET's `hh:mm:ss.fffffff`. */
function timeSpan(ms: number): string {
  const ticks = Math.round(ms * 10_000);
  const seconds = Math.floor(ticks / 10_000_000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const fraction = String(ticks % 10_000_000).padStart(7, '0');
  return `${clock.map((part) => String(part).padStart(2, '0')).join(':')}.${fraction}`;
}
