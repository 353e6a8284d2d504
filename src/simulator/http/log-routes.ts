import type { Instance } from '../instance.ts';
import type { Answer, ApiRequest } from './answer.ts';
import { offsetDate } from './task-payload.ts';

const CATEGORIES = { INFO: 'Info', WARN: 'Warning', ERROR: 'Error', FATAL: 'Fatal' } as const;

/** `GET /api/serverstatus/logs`: the warnings and errors that the process remembers, an array. */
export function recentLogs({ serverLog }: Instance, { query }: ApiRequest): Answer {
  const skip = Number(query.get('skip') ?? 0);
  const take = Number(query.get('take') ?? 30);
  const json = serverLog.recent.entries.slice(skip, skip + take).map(({ number, at, level, message }) => ({
    Category: CATEGORIES[level],
    MessageText: message,
    Detail: null,
    OccurredAt: offsetDate(Math.floor(at)),
    Number: number,
    GapLastNumber: null,
  }));
  return { status: 200, json };
}
