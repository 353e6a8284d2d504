import { startHttpFake, type HttpFake } from '../../fakes/http-fake.ts';
import { inLots } from './canaries.ts';

/** A receiver that refuses each kind of request once, quoting it and what it knows, and takes all that follow. */
export interface QuotingReceiver extends HttpFake {
  /** Bodies of all requests, by path. */
  readonly bodies: ReadonlyMap<string, readonly string[]>;
}

export async function startQuotingReceiver(): Promise<QuotingReceiver> {
  const bodies = new Map<string, string[]>();
  const known = inLots(4, ' ').values();
  const fake = await startHttpFake(({ path, body }) => {
    const before = bodies.get(path) ?? [];
    bodies.set(path, [...before, body]);
    if (before.length < 3) return { status: 500, body: { error: `${known.next().value} refuses ${body}` } };
    return { status: path === '/v2/enqueue' ? 202 : 200, body: answerOf(path) };
  });
  return { ...fake, bodies };
}

function answerOf(path: string): object {
  if (path.startsWith('/conversations.history')) return { ok: true, messages: [], has_more: false };
  return { ok: true, channel: 'C0ONCALL', ts: '1700000000.000001', status: 'success' };
}
