import { z } from 'zod';

const item = z.looseObject({
  status: z.number().optional(),
  error: z.looseObject({ reason: z.string().optional(), index: z.string().optional() }).optional(),
});
const bulkAnswer = z.object({ items: z.array(z.record(z.string(), item)) });

/** One item of a bulk answer, without its action. */
export type BulkItem = z.output<typeof item>;

/** A document of a time-series stream that was refused for another one with its dimensions and time. */
export interface Conflict {
  /** Its place in the body. */
  readonly index: number;
  /** The backing index and the id of the document that is there. */
  readonly backingIndex: string;
  readonly id: string;
}

/** The items of a bulk answer; none when it is no such answer. */
export function itemsOf(answer: unknown): readonly BulkItem[] {
  const items = bulkAnswer.safeParse(answer).data?.items ?? [];
  return items.map((one) => Object.values(one)[0] ?? {});
}

/**
 * The conflicts of time-series streams in a bulk answer. Their reason begins with the id that the server made and the
 * series' own: `[hFw3xCLl…][KK5v02…@2026-11-21T12:00:00.000Z]: version conflict, document already exists`.
 * Source: Elasticsearch 8.19, `VersionConflictEngineException` and `TsidExtractingIdFieldMapper.reindexId`.
 */
export function timeSeriesConflicts(answer: unknown): readonly Conflict[] {
  return itemsOf(answer).flatMap(({ status, error }, index) => {
    const id = /^\[([^\]]+)\]\[[^\]]*@[^\]]*\]: version conflict/.exec(error?.reason ?? '')?.[1];
    const backingIndex = error?.index;
    return status === 409 && id !== undefined && backingIndex !== undefined
      ? [{ index, backingIndex, id }]
      : [];
  });
}
