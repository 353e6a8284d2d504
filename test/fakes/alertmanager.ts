import { fingerprintOf } from '../../src/model/fingerprint.ts';
import { startHttpFake, type FakeAnswer, type FakeRequest, type HttpFake } from './http-fake.ts';

/** An alert as it was posted. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** An Alertmanager as far as others post alerts to it (prometheus/alertmanager, api/v2/openapi.yaml). */
export interface FakeAlertmanager extends HttpFake {
  /** Each request that was taken. */
  readonly posts: readonly (readonly PostedAlert[])[];
  /** Names of the alerts that it believes to fire at a time, ms. */
  firing(now: number): string[];
}

/** Takes `POST /api/v2/alerts`; an alert that it does not accept makes it answer 400, and the others are kept. */
export async function startFakeAlertmanager(): Promise<FakeAlertmanager> {
  const posts: PostedAlert[][] = [];
  const known = new Map<string, PostedAlert>();

  function answer({ method, path, body }: FakeRequest): FakeAnswer {
    if (method !== 'POST' || path !== '/api/v2/alerts')
      return { status: 404, body: { code: 404, message: `path ${path} was not found` } };
    const alerts: PostedAlert[] = JSON.parse(body);
    posts.push(alerts);
    const good = alerts.filter(isValid);
    for (const alert of good) known.set(fingerprintOf(alert.labels), alert);
    return good.length === alerts.length
      ? { status: 200, body: {} }
      : { status: 400, body: 'invalid label set' };
  }

  const fake = await startHttpFake(answer);
  return {
    ...fake,
    posts,
    firing: (now) =>
      [...known.values()]
        .filter(({ endsAt }) => Date.parse(endsAt) > now)
        .map(({ labels }) => labels['alertname'] ?? ''),
  };
}

function isValid({ labels, annotations, startsAt, endsAt, generatorURL }: PostedAlert): boolean {
  const start = Date.parse(startsAt);
  const values = Object.values(labels ?? {});
  return (
    values.length > 0 &&
    [...values, ...Object.values(annotations)].every((value) => typeof value === 'string' && value !== '') &&
    URL.canParse(generatorURL) &&
    start > 0 &&
    Date.parse(endsAt) >= start
  );
}
