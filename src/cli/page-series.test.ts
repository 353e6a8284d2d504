import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import { createMatcher } from '../model/matcher.ts';
import { PageSeries } from './page-series.ts';

const page = 'up{tenant="a"} 1 1000\nup{tenant="b",empty=""} 0\ndown 2 1000\n';
const always = { start: 0, end: Number.POSITIVE_INFINITY };

test('the samples of a page are series', () => {
  const series = new PageSeries();
  series.read(page, 5000);
  const select = (...[matchers, range = always]: [Parameters<PageSeries['select']>[0], typeof always?]) =>
    Array.from(series.select(matchers, range), ({ labels, timestamps, values }) => [
      labels,
      ...timestamps,
      ...values,
    ]);
  const a = [{ __name__: 'up', tenant: 'a' }, 1000, 1];
  const b = [{ __name__: 'up', tenant: 'b' }, 5000, 0];
  assert.deepEqual(select([createMatcher('__name__', '=', 'up')]), [a, b]);
  assert.deepEqual(select([createMatcher('tenant', '=~', 'a|c')]), [a]);
  assert.deepEqual(select([createMatcher('__name__', '=', 'up')], { start: 2000, end: 5000 }), [b]);
});

test('without a page nothing is not taken for an answer', () => {
  const series = new PageSeries();
  assert.throws(() => [...series.select([], always)], /no page was read/);
  series.fail(new Failure('network', 'no agent answers'));
  assert.throws(() => [...series.select([], always)], /no agent answers/);
});
