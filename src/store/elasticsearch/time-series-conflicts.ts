import type { BulkItem } from './bulk-answer.ts';

/** A document of a time-series stream that was refused for another one with its dimensions and time. */
export interface Conflict {
  /** Its place in the body. */
  readonly index: number;
  /** The backing index and the id of the document that is there. */
  readonly backingIndex: string;
  readonly id: string;
}

/**
 * The conflicts of time-series streams among the items of a bulk answer. Their reason begins with the id that the server made and the
 * series' own: `[hFw3xCLl…][KK5v02…@2026-11-21T12:00:00.000Z]: version conflict, document already exists`.
 * Source: Elasticsearch 8.19, `VersionConflictEngineException` and `TsidExtractingIdFieldMapper.reindexId`.
 */
export function timeSeriesConflicts(items: readonly BulkItem[]): readonly Conflict[] {
  return items.flatMap(({ status, error }, index) => {
    if (status !== 409) return [];
    const id = /^\[([^\]]+)\]\[[^\]]*@[^\]]*\]: version conflict/.exec(error?.reason ?? '')?.[1];
    const backingIndex = error?.index;
    return id === undefined || backingIndex === undefined ? [] : [{ index, backingIndex, id }];
  });
}
