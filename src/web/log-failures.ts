import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Log } from '../model/ports.ts';
import { refusal } from './prometheus/answer.ts';

/** Logs what no route expects, which is a defect of ours, and answers in the words of the API that was asked. */
export function logFailures(log: Pick<Log, 'error'> | undefined): ErrorHandler {
  return (error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    const { method, path } = context.req;
    log?.error({ method, path, error: error.stack }, 'a request failed: this is a defect of octowatch');
    if (path.startsWith('/api/v1/')) return refusal('internal', error);
    return context.text('octowatch failed: its log says where\n', 500);
  };
}
