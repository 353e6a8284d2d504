import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { AwsClient } from '../../src/aws/client.ts';

/** Most queries that one `GetMetricData` takes. */
const QUERIES_PER_CALL = 500;

/** One series of CloudWatch. */
export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  readonly periodSeconds: number;
}

export interface MetricSample {
  /** When its period began, ms. */
  readonly time: number;
  readonly value: number;
}

/**
 * The samples of each query in its order, the oldest first; none where CloudWatch has none: nothing is made up.
 * @param from ms @param to ms
 */
export async function metricData(
  aws: Pick<AwsClient<'cloudwatch:GetMetricData'>, 'pages'>,
  queries: readonly MetricQuery[],
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<readonly (readonly MetricSample[])[]> {
  const found: MetricSample[][] = queries.map(() => []);
  for (let start = 0; start < queries.length; start += QUERIES_PER_CALL) {
    const input = {
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: 'TimestampDescending' as const,
      MetricDataQueries: queries.slice(start, start + QUERIES_PER_CALL).map(toQuery),
    };
    for await (const { MetricDataResults = [] } of aws.pages('cloudwatch:GetMetricData', input, signal))
      for (const result of MetricDataResults) found[start + indexOf(result)]?.push(...samplesOf(result));
  }
  return found.map((samples) => samples.toSorted((a, b) => a.time - b.time));
}

function toQuery(
  { namespace, metric, dimensions, statistic, periodSeconds }: MetricQuery,
  index: number,
): MetricDataQuery {
  return {
    Id: `q${index}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  };
}

function indexOf({ Id }: MetricDataResult): number {
  return Id === undefined ? NaN : Number(Id.slice(1));
}

/** Answers are in pages and in either order; a value that is no number is none. */
function samplesOf({ Timestamps = [], Values = [] }: MetricDataResult): MetricSample[] {
  return Timestamps.map((time, i) => ({ time: time.getTime(), value: Values[i] ?? NaN })).filter(
    ({ time, value }) => Number.isFinite(time) && Number.isFinite(value),
  );
}

/** The newest value of each query of each subject, in their order; undefined where CloudWatch has none. */
export async function newestValues(
  aws: Pick<AwsClient<'cloudwatch:GetMetricData'>, 'pages'>,
  queries: readonly (readonly MetricQuery[])[],
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<readonly (readonly (number | undefined)[])[]> {
  const answers = await metricData(aws, queries.flat(), from, to, signal);
  let next = 0;
  return queries.map((some) => some.map(() => answers[next++]?.at(-1)?.value));
}
