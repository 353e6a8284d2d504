import { Hono } from 'hono';
import { metricsOf, type Dataset } from '../../model/dataset.ts';
import { Failure } from '../../model/failure.ts';
import { SELF_METRICS, type SelfMetric } from '../../model/self-metrics.ts';
import { answerOf, endpoint } from './answer.ts';
import { optional } from './parameters.ts';

/** What is known of a metric; octowatch has one declaration of each. */
interface Metadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** `/metadata`: type, help and unit of every metric, from the datasets and the table of the agent's own. */
export function metadataRoutes(datasets: readonly Dataset[]): Hono {
  const known = metadataOf(datasets);
  return new Hono().get(
    '/metadata',
    endpoint(
      (form) => ({ metric: form.get('metric') ?? '', limit: optional(form, 'limit', toLimit, -1) }),
      ({ metric, limit }) => {
        const wanted = metric === '' ? [...known] : [[metric, known.get(metric)] as const];
        const there = wanted.flatMap(([name, found]) =>
          found === undefined ? [] : [[name, [found]] as const],
        );
        return answerOf(Object.fromEntries(limit < 0 ? there : there.slice(0, limit)));
      },
    ),
  );
}

function metadataOf(datasets: readonly Dataset[]): ReadonlyMap<string, Metadata> {
  const declared = datasets.flatMap(metricsOf).map(({ name, type, help, unit }) => {
    return [name, { type, help, unit: unit === 'none' ? '' : unit }] as const;
  });
  const own = Object.entries<SelfMetric>(SELF_METRICS).map(([name, { type, help }]) => {
    return [name, { type, help, unit: '' }] as const;
  });
  return new Map([...declared, ...own]);
}

function toLimit(text: string): number {
  if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
  throw new Failure('invalid', 'limit must be a number');
}
