import { z } from 'zod';
import type { PostedAlert } from '../../alerts/received-alerts.ts';
import { Failure } from '../../model/failure.ts';
import type { Labels } from '../../model/labels.ts';
import { isZeroTime } from './date-time.ts';
import { optional, postedTime } from './posted-fields.ts';
import { problemsOf } from './problems.ts';

/** Prometheus sends 256 at once. */
export const MOST_POSTED_ALERTS = 10_000;

const name = z.string().min(1, 'an empty name').refine(isUtf8, 'no UTF-8');
const texts = z.record(name, z.string().refine(isUtf8, 'no UTF-8'));

/** A client may say null for what it does not say; further keys are left alone, as in Alertmanager. */
const postedAlert = z.object({
  labels: texts,
  annotations: optional(texts),
  startsAt: optional(postedTime),
  endsAt: optional(postedTime),
  generatorURL: optional(z.string()),
});
const postedAlerts = z.array(postedAlert).max(MOST_POSTED_ALERTS, `at most ${MOST_POSTED_ALERTS} at once`);

/**
 * The alerts of a request (api/v2/openapi.yaml, postableAlerts). When one has not its form, none is taken.
 * @throws Failure `invalid` that names each that has not
 */
export function parsePostedAlerts(body: unknown): PostedAlert[] {
  refuseUnspeakable(body);
  const given = postedAlerts.safeParse(body);
  if (!given.success) throw new Failure('invalid', `invalid alerts: ${problemsOf(given.error)}`);
  return given.data.map(({ labels, annotations, startsAt, endsAt, generatorURL }) => ({
    labels: withoutEmpty(labels),
    ...(annotations === undefined ? {} : { annotations }),
    ...timeOf('startsAt', startsAt),
    ...timeOf('endsAt', endsAt),
    ...(isLink(generatorURL) ? { generatorURL } : {}),
  }));
}

/** No object here can have such a key, and a label must not go missing without a word. @throws Failure `invalid` */
function refuseUnspeakable(body: unknown): void {
  const alerts: readonly unknown[] = Array.isArray(body) ? body : [];
  for (const [at, alert] of alerts.entries()) {
    for (const [key, given] of Object.entries(Object(alert)))
      if (Object.hasOwn(Object(given), '__proto__'))
        throw new Failure('invalid', `invalid alerts: [${at}].${key}: __proto__ is no name of a label`);
  }
}

function timeOf(key: 'startsAt' | 'endsAt', time: number | undefined): Partial<PostedAlert> {
  return time === undefined || isZeroTime(time) ? {} : { [key]: time };
}

/** An empty label is none. */
function withoutEmpty(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}

/** Pages and messages link to it: anything but a web address is left out, and the alert is told all the same. */
function isLink(url: string | undefined): url is string {
  return url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function isUtf8(text: string): boolean {
  return text.isWellFormed();
}
