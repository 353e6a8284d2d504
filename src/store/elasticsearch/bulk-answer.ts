import { Failure } from '../../model/failure.ts';
import type { Delivery } from '../../model/ports.ts';

interface Item {
  readonly status?: number;
  readonly error?: {
    readonly type?: string;
    readonly reason?: string;
    readonly caused_by?: { readonly reason?: string };
  };
}

/** A delivery, and the documents of a time-series stream that lie outside its time window. */
export interface BulkAnswer extends Delivery {
  readonly late: readonly number[];
}

/**
 * Sorts the items of a bulk answer: 2xx and 409 (there already) are delivered, 429 and 5xx are for later,
 * any other status is final.
 * @throws Failure `malformed`, retryable, when the answer does not speak of `count` documents
 */
export function readBulkAnswer(answer: unknown, count: number): BulkAnswer {
  const items = itemsOf(answer);
  if (items?.length !== count) {
    throw new Failure(
      'malformed',
      `Elasticsearch: a bulk answer of ${items?.length ?? 'no'} items for ${count}`,
      {
        retryable: true,
      },
    );
  }
  const retry: number[] = [];
  const late: number[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, item] of items.entries()) {
    const { status = 500 } = item;
    if (status < 300 || status === 409) continue;
    if (status === 429 || status >= 500) retry.push(index);
    else if (isLate(item)) late.push(index);
    else rejected.push({ index, reason: reasonOf(item) });
  }
  return { delivered: count - retry.length - late.length - rejected.length, retry, late, rejected };
}

function itemsOf(answer: unknown): Item[] | undefined {
  if (typeof answer !== 'object' || answer === null || !('items' in answer)) return undefined;
  if (!Array.isArray(answer.items)) return undefined;
  return answer.items.map((item: Record<string, Item>) => Object.values(item)[0] ?? {});
}

/** `timestamp_error` of data streams, and what a single index says of its bounds. */
function isLate({ error }: Item): boolean {
  if (error?.type === 'timestamp_error') return true;
  return /time series index @timestamp value .* must be (larger|smaller)/.test(error?.reason ?? '');
}

function reasonOf({ status, error }: Item): string {
  const cause = error?.caused_by?.reason;
  const parts = [
    error?.type ?? `status ${status}`,
    error?.reason,
    cause === undefined ? undefined : `(${cause})`,
  ];
  return parts
    .filter((part) => part !== undefined)
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}
