import { startHttpFake, type FakeAnswer, type FakeRequest, type HttpFake } from './http-fake.ts';

/** One delivery as it arrived. */
export interface WebhookDelivery {
  readonly idempotencyKey: string | undefined;
  readonly headers: FakeRequest['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** A receiver of webhooks that acts once for each Idempotency-Key. */
export interface FakeWebhook extends HttpFake {
  /** Everything that was taken, repeated deliveries too. */
  readonly deliveries: readonly WebhookDelivery[];
  /** What the receiver acted on: the first delivery of each key. */
  distinct(): readonly WebhookDelivery[];
}

/** Takes `POST /hook` with JSON; a delivery without a key is refused. */
export async function startFakeWebhook(): Promise<FakeWebhook> {
  const deliveries: WebhookDelivery[] = [];

  function answer({ method, path, headers, body }: FakeRequest): FakeAnswer {
    if (method !== 'POST' || path !== '/hook') return { status: 404, body: {} };
    const key = headers['idempotency-key'];
    if (typeof key !== 'string' || key === '') return { status: 400, body: { error: 'no Idempotency-Key' } };
    if (headers['content-type'] !== 'application/json') return { status: 415, body: {} };
    deliveries.push({ idempotencyKey: key, headers, body: JSON.parse(body) });
    return { status: 200, body: {} };
  }

  const fake = await startHttpFake(answer);
  return {
    ...fake,
    url: `${fake.url}/hook`,
    deliveries,
    distinct: () =>
      [...Map.groupBy(deliveries, ({ idempotencyKey }) => idempotencyKey).values()].flatMap((same) =>
        same.slice(0, 1),
      ),
  };
}
