import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { matchPages } from './match-pages.ts';
import type { ExpectedPage } from './page-test-file.ts';
import type { ToldPage } from './told-page.ts';

function told(at: number, summary = 'x', status: 'firing' | 'resolved' = 'firing'): ToldPage {
  const rest = { wakes: true, alerts: 1, notes: [], details: { also_firing: [] }, key: 'k' };
  return { at, receiver: 'oncall', status, summary, ...rest };
}

function expected(at: number, within = 0, summary = 'x'): ExpectedPage {
  return { at, within, receiver: 'oncall', status: 'firing', summary };
}

/** How many windows can have a page of their own, by trying all ways. */
function mostMatches([window, ...windows]: readonly ExpectedPage[], pages: readonly ToldPage[]): number {
  if (window === undefined) return 0;
  const fits = pages.filter(({ at }) => Math.abs(at - window.at) <= window.within);
  const taken = fits.map(
    (page) =>
      1 +
      mostMatches(
        windows,
        pages.filter((other) => other !== page),
      ),
  );
  return Math.max(mostMatches(windows, pages), ...taken);
}

const summary = fc.constantFrom('x', 'y', 'z');
const pages = fc.array(
  fc.tuple(fc.nat(20), summary).map(([at, line]) => told(at, line)),
  { maxLength: 8 },
);

describe('what is told is compared with what was expected', () => {
  test('in whatever order both come', () =>
    fc.assert(
      fc.property(pages, fc.infiniteStream(fc.nat()), (given, order) => {
        const list = given
          .map((page) => ({ page: expected(page.at, 0, page.summary), place: order.next().value }))
          .toSorted((a, b) => a.place - b.place)
          .map(({ page }) => page);
        assert.deepEqual(matchPages(list, given), { missed: [], extra: [] });
      }),
    ));

  test('and what nobody told is missed, what nobody expected is extra, nothing twice', () =>
    fc.assert(
      fc.property(pages, pages, (given, others) => {
        const list = others.map(({ at, summary: line }) => expected(at, 0, line));
        const { missed, extra } = matchPages(list, given);
        const instead = missed.flatMap((each) => (each.instead === undefined ? [] : [each.instead]));
        assert.equal(given.length - extra.length - instead.length, list.length - missed.length);
        assert.equal(new Set([...extra, ...instead]).size, extra.length + instead.length);
        for (const { expected: page, instead: found } of missed)
          assert.ok(found === undefined || found.summary !== page.summary || found.at !== page.at);
      }),
    ));

  test('so that as many find one within their time as can', () => {
    const windows = fc.array(
      fc.tuple(fc.nat(12), fc.nat(5)).map(([at, within]) => expected(at, within)),
      { maxLength: 5 },
    );
    const alike = fc.array(fc.nat(12), { maxLength: 5 });
    fc.assert(
      fc.property(windows, alike, (list, times) => {
        const given = times.toSorted((a, b) => a - b).map((at) => told(at));
        const { missed } = matchPages(list, given);
        assert.equal(list.length - missed.length, mostMatches(list, given));
      }),
    );
  });

  test('ends alone where one is expected', () => {
    const end = told(5, 'x', 'resolved');
    assert.deepEqual(matchPages([expected(1)], [told(1), end]), { missed: [], extra: [] });
    const listed: ExpectedPage = { ...expected(9), status: 'resolved' };
    assert.deepEqual(matchPages([expected(1), listed], [told(1), end]), {
      missed: [{ index: 1, expected: listed, instead: end }],
      extra: [],
    });
  });
});
