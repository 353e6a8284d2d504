import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../model/failure.ts';
import type { SeriesReader } from '../../model/series.ts';
import { askPages, ATTACK, type PageAnswer } from '../testing/ask-pages.ts';
import { seriesUntilNow } from '../testing/web-fixture.ts';

function draw(
  expression: string,
  range = '15m',
  reader: SeriesReader = seriesUntilNow('queue{tenant="acme"} 1+1x14'),
): Promise<PageAnswer> {
  const path = `/graph?${new URLSearchParams({ 'g0.expr': expression, 'g0.range_input': range }).toString()}`;
  return askPages({ reader, headKeepsMs: 3_600_000 }).get(path);
}

test('an expression is drawn with three times, and its values in words', async () => {
  const { status, text } = await draw('queue');
  assert.equal(status, 200);
  assert.match(text, /aria-label="queue\{tenant=&quot;acme&quot;\} over 15m: min 1, max 15, now 15"/);
  assert.match(text, /<figcaption> min 1, max 15, now 15/);
  const times = [...text.matchAll(/text-anchor="(?:start|middle|end)"\s*>([^<]+)<\/text/g)].map(([, time]) =>
    time?.trim(),
  );
  assert.deepEqual(times, ['06:15 UTC', '06:22 UTC', '06:30 UTC']);
  assert.match(text, /d="M\d/);
});

test('of a rule the compared value is drawn, and its threshold is a line', async () => {
  const { text } = await draw('queue > 20 and on (tenant) queue > 0');
  assert.match(text, /threshold &gt; 20/);
  assert.match(text, /max 15, now 15/);
  assert.match(text, /<code>queue and on \(tenant\) queue &gt; 0<\/code>/);
});

test('a hole stays a hole', async () => {
  const { text } = await draw('queue', '30m', seriesUntilNow('queue 1x4 _x19 2x4'));
  const [, path = ''] = /class="line" d="([^"]+)"/.exec(text) ?? [];
  assert.equal(path.match(/M/g)?.length, 2);
});

test('many series are numbered, and those beyond twenty are said to be left out', async () => {
  const reader = seriesUntilNow(...Array.from({ length: 25 }, (_, i) => `queue{tenant="t${i}"} ${i}x5`));
  const { text } = await draw('queue', '5m', reader);
  assert.equal(text.match(/class="line"/g)?.length, 20);
  assert.match(text, /Only the first 20 series are drawn/);
  assert.match(text, /20 series over 5m: min 0, max/);
});

const wrong: readonly (readonly [string, string, RegExp])[] = [
  ['rate(queue[5m]', '1h', /<pre class="problem" role="alert">1:\d+: .*rate\(queue\[5m\] +\^/],
  ['queue[5m]', '1h', /invalid expression type &quot;range vector&quot;/],
  ['queue', 'soon', /not a duration: &quot;soon&quot;/],
  ['queue', '0s', /longer than nothing/],
  ['queue', '9y', /at most 400 days/],
  [ATTACK, '1h', /&lt;script&gt;/],
];
for (const [expression, range, problem] of wrong)
  test(`${expression} over ${range}: says what is wrong`, async () => {
    const { status, text } = await draw(expression, range);
    assert.equal(status, 400);
    assert.match(text, problem);
  });

test('without an expression it asks for one, and without a value it says so', async () => {
  assert.equal((await askPages().get('/graph')).status, 200);
  assert.match((await draw('nothing')).text, /It has no value in the last 15m\./);
});

test('a label that is markup is text, and a value that never changes is a line', async () => {
  const { text } = await draw('queue', '5m', seriesUntilNow('queue{tenant="<b>&"} 7x5'));
  assert.match(text, /tenant=&quot;&lt;b&gt;&amp;&quot;/);
  assert.match(text, /min 7, max 7, now 7/);
});

test('the limits of queries hold here too', async () => {
  const reader: SeriesReader = {
    select() {
      throw new Failure('budget', 'too many samples: select fewer');
    },
  };
  const { status, text } = await draw('queue', '1h', reader);
  assert.equal(status, 400);
  assert.match(text, /too many samples: select fewer/);
});
