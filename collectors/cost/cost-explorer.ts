import type { InputOf, OutputOf } from '../../src/aws/actions.ts';
import type { AwsClient } from '../../src/aws/client.ts';
import { Failure } from '../../src/model/failure.ts';
import type { BillRow } from './bill-rows.ts';

const ACTION = 'ce:GetCostAndUsage';
const DAY_MS = 86_400_000;
/** AWS goes on to add to a day for about so many days. */
const SETTLE_DAYS = 1;

type Answer = OutputOf<typeof ACTION>;

export interface CostQuery {
  /** First and last day, UTC, both included. */
  readonly first: number;
  readonly last: number;
  readonly tag: string;
  readonly metric: string;
  readonly currency: string;
}

/** The last day that AWS will hardly change any more. */
export function lastSettledDay(now: number): number {
  return Math.floor(now / DAY_MS) - 1 - SETTLE_DAYS;
}

/**
 * What was paid by day, tenant and service.
 * @param takeRequest called before each request, which costs $0.01; throws when there were enough
 * @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
 */
export async function readCostExplorer(
  aws: Pick<AwsClient<typeof ACTION>, 'call'>,
  query: CostQuery,
  takeRequest: () => void,
  signal: AbortSignal,
): Promise<readonly BillRow[]> {
  const rows: BillRow[] = [];
  let page: string | undefined;
  do {
    takeRequest();
    const answer = await aws.call(ACTION, inputOf(query, page), signal);
    for (const row of rowsOf(answer, query)) rows.push(row);
    if (page !== undefined && answer.NextPageToken === page)
      throw new Failure('malformed', `${ACTION}: the same page again`);
    page = answer.NextPageToken;
  } while (page !== undefined && page !== '');
  return rows;
}

function inputOf({ first, last, tag, metric }: CostQuery, page: string | undefined): InputOf<typeof ACTION> {
  return {
    TimePeriod: { Start: dateOf(first), End: dateOf(last + 1) },
    Granularity: 'DAILY',
    Metrics: [metric],
    GroupBy: [
      { Type: 'TAG', Key: tag },
      { Type: 'DIMENSION', Key: 'SERVICE' },
    ],
    ...(page === undefined ? {} : { NextPageToken: page }),
  };
}

function* rowsOf(
  { ResultsByTime: results = [] }: Answer,
  { tag, metric, currency }: CostQuery,
): Iterable<BillRow> {
  for (const { TimePeriod: period, Groups: groups = [] } of results) {
    const day = Date.parse(period?.Start ?? '') / DAY_MS;
    if (!Number.isSafeInteger(day)) throw new Failure('malformed', `${ACTION}: a result without a day`);
    for (const { Keys: keys = [], Metrics: metrics } of groups) {
      const { Amount: text, Unit: unit } = metrics?.[metric] ?? {};
      const amount = text === undefined || text === '' ? Number.NaN : Number(text);
      if (!Number.isFinite(amount)) throw new Failure('malformed', `${ACTION}: a group without ${metric}`);
      if (unit !== currency && amount !== 0)
        throw new Failure(
          'invalid',
          `AWS bills in ${unit}, collectors.cost.currency is ${currency}: set it so`,
        );
      const [tagged = '', service = ''] = keys;
      // `tenant$acme`, and `tenant$` where there is no tag.
      yield { day, service, tenant: tagged.slice(tag.length + 1), amount };
    }
  }
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
