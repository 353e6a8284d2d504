import type { ExpectedPage } from './page-test-file.ts';
import type { ToldPage } from './told-page.ts';

/** An expected page that did not come as it was expected. */
export interface MissedPage {
  /** Its place in the list of those expected. */
  readonly index: number;
  readonly expected: ExpectedPage;
  /** What came in its stead, if anything is like it. */
  readonly instead?: ToldPage;
}

/** How what was told differs from what was expected. */
export interface PageMismatch {
  readonly missed: readonly MissedPage[];
  /** What nobody expected, oldest first. */
  readonly extra: readonly ToldPage[];
}

/** Compares without regard to the order of what happens at once; ends only count where one is expected. */
export function matchPages(expected: readonly ExpectedPage[], told: readonly ToldPage[]): PageMismatch {
  const withEnds = expected.some(({ status }) => status === 'resolved');
  const extra = told.filter(({ status }) => withEnds || status !== 'resolved');
  // The window that ends first takes the first page that lies in it: then as many as can be find one.
  const inOrder = [...expected.entries()].toSorted(([, a], [, b]) => a.at + a.within - b.at - b.within);
  const missing = inOrder.filter(([, page]) => {
    const at = extra.findIndex((got) => isInTime(page, got) && isSame(page, got));
    if (at >= 0) extra.splice(at, 1);
    return at < 0;
  });
  const missed = missing
    .toSorted(([, a], [, b]) => a.at - b.at)
    .map(([index, page]): MissedPage => {
      const instead = takeLike(page, extra);
      return { index, expected: page, ...(instead === undefined ? {} : { instead }) };
    });
  return { missed, extra };
}

/** Takes the page that was probably meant: the nearest with the same line, or another one at that time. */
function takeLike(page: ExpectedPage, extra: ToldPage[]): ToldPage | undefined {
  const same = extra.filter(({ receiver, status }) => receiver === page.receiver && status === page.status);
  const distance = (got: ToldPage): number => Math.abs(got.at - page.at);
  const [nearest] = same
    .filter(({ summary }) => summary === page.summary)
    .toSorted((a, b) => distance(a) - distance(b));
  const found = nearest ?? same.find((got) => isInTime(page, got));
  if (found !== undefined) extra.splice(extra.indexOf(found), 1);
  return found;
}

/** Whether a page came when it was expected. */
export function isInTime({ at, within }: ExpectedPage, got: ToldPage): boolean {
  return Math.abs(got.at - at) <= within;
}

/** Whether a page says what was expected of it, whenever it came. */
export function isSame(expected: ExpectedPage, got: ToldPage): boolean {
  return differingFields(expected, got).length === 0;
}

/** The fields that are expected and are otherwise. */
export function differingFields(expected: ExpectedPage, got: ToldPage): string[] {
  const { receiver, status, summary, wakes, alerts, notes, details = {} } = expected;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['receiver', receiver, got.receiver],
    ['status', status, got.status],
    ['summary', summary, got.summary],
    ['wakes', wakes, got.wakes],
    ['alerts', alerts, got.alerts],
    ['notes', notes, got.notes],
    ['action', details.action, got.details.action ?? ''],
    ['value', details.value, got.details.value ?? ''],
    ['also_firing', details.also_firing, got.details.also_firing],
  ];
  return pairs.flatMap(([name, wanted, is]) =>
    wanted === undefined || JSON.stringify(wanted) === JSON.stringify(is) ? [] : [name],
  );
}
