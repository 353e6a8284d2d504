import type { PastReader, SeriesRequest } from '../../model/history.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { PreviousFetch } from './fetch-series.ts';

/** Remembers what was asked for, for a fetch that asks for the same of a later time. */
export class LastFetch {
  readonly #requests: readonly SeriesRequest[];
  readonly #reader: PastReader;

  constructor(requests: readonly SeriesRequest[], reader: PastReader) {
    this.#requests = requests;
    this.#reader = reader;
  }

  /**
   * What of it these requests need not read again; undefined when they are not the same selectors in the same order, each
   * from within what was read before on.
   */
  continuedBy(requests: readonly SeriesRequest[]): PreviousFetch | undefined {
    if ((this.#reader.warnings ?? []).length > 0 || requests.length !== this.#requests.length)
      return undefined;
    const isContinued = requests.every((request, at) => continues(request, this.#requests[at]));
    if (!isContinued) return undefined;
    const known = new Map<string, number>();
    const until = (name: string): number => {
      let end = known.get(name);
      if (end === undefined) known.set(name, (end = this.#until(name)));
      return end;
    };
    return { reader: this.#reader, until };
  }

  #until(name: string): number {
    const asked = this.#requests.filter(({ matchers }) =>
      matchers.every((matcher) => matcher.name !== METRIC_NAME || matcher.matches(name)),
    );
    return asked.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...asked.map(({ range }) => range.end));
  }
}

function continues({ matchers, range }: SeriesRequest, before: SeriesRequest | undefined): boolean {
  if (before === undefined || before.matchers.length !== matchers.length) return false;
  if (range.start < before.range.start || range.start > before.range.end) return false;
  return matchers.every(({ name, operator, value }, at) => {
    const other = before.matchers[at];
    return other?.name === name && other.operator === operator && other.value === value;
  });
}
