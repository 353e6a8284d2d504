import { Hono } from 'hono';
import { answerOf, endpoint } from './answer.ts';

/** The Prometheus whose API and language this is: clients choose by it what to ask for. */
const LIKE = '3.14.0';

export interface StatusSources {
  /** Of octowatch. */
  readonly version: string;
}

/** `/status/buildinfo`: which Prometheus it is like, and in `revision` what it is. */
export function statusRoutes({ version }: StatusSources): Hono {
  const unknown = { branch: '', buildUser: '', buildDate: '', goVersion: '' };
  const build = { version: LIKE, revision: `octowatch ${version}`, ...unknown };
  return new Hono().get(
    '/status/buildinfo',
    endpoint(
      () => undefined,
      () => answerOf(build),
    ),
  );
}
