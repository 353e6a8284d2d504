import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Labels } from '../../model/labels.ts';
import { systemClock } from '../../system/system-clock.ts';
import { askApi, search, success } from '../testing/ask-api.ts';
import { NOW, serveWeb, seriesUntilNow } from '../testing/web-fixture.ts';

const SECONDS = NOW / 1000;
const reader = seriesUntilNow(
  'up{tenant="acme",node="n1"} 1 1',
  'up{tenant="globex",node="n2"} 1 1',
  'queue{tenant="acme"} 3 3',
  'old{tenant="acme"} 1 _x30',
  'odd{a_label="x"} 1',
);

const up = (tenant: string, node: string): object => ({ __name__: 'up', node, tenant });

const cases: readonly [name: string, path: string, data: unknown][] = [
  ['series of a name', 'series?match[]=up', [up('acme', 'n1'), up('globex', 'n2')]],
  [
    'series of several selectors, each once and in order',
    `series?${search([
      ['match[]', 'up{tenant="globex"}'],
      ['match[]', '{__name__=~"up|queue"}'],
    ])}`,
    [{ __name__: 'queue', tenant: 'acme' }, up('acme', 'n1'), up('globex', 'n2')],
  ],
  ['series that are none', 'series?match[]=none', []],
  ['series of a time', `series?match[]=old&start=${SECONDS - 600}`, []],
  ['series of all time', 'series?match[]=old', [{ __name__: 'old', tenant: 'acme' }]],
  [
    'series of the time that Go clients mean by all',
    'series?match[]=old&start=-292273086-05-16T16:47:06Z&end=292277025-08-18T07:12:54.999999999Z',
    [{ __name__: 'old', tenant: 'acme' }],
  ],
  ['names of labels', 'labels', ['__name__', 'a_label', 'node', 'tenant']],
  ['names of labels of a series', 'labels?match[]=queue', ['__name__', 'tenant']],
  ['values of a label', 'label/tenant/values', ['acme', 'globex']],
  ['names of metrics', 'label/__name__/values', ['odd', 'old', 'queue', 'up']],
  ['values of a label of a series', 'label/tenant/values?match[]=queue', ['acme']],
  ['values of a label that nobody has', 'label/none/values', []],
  ['values of an escaped name', 'label/U__a__label/values', ['x']],
  ['values of a name escaped by code', 'label/U__a_5f_label/values', ['x']],
];

for (const [name, path, data] of cases)
  test(name, async (t) => assert.deepEqual(await askApi(t, { reader }, path), success(data)));

test('series and labels are answered by POST', async (t) => {
  const form = [['match[]', 'queue']] as const;
  assert.deepEqual(
    await askApi(t, { reader }, 'series', form),
    success([{ __name__: 'queue', tenant: 'acme' }]),
  );
  assert.deepEqual(await askApi(t, { reader }, 'labels', form), success(['__name__', 'tenant']));
});

for (const path of ['series?match[]=up', 'labels?match[]=queue', 'label/tenant/values']) {
  test(`a limit cuts ${path}, and says so`, async (t) => {
    const { body } = await askApi(t, { reader }, `${path}&limit=1`.replace('values&', 'values?'));
    const { data, warnings } = Object(body);
    assert.deepEqual([data.length, warnings], [1, ['results truncated due to limit']]);
  });
}

test('a reader that knows labels is not asked for samples', async (t) => {
  const labels = {
    select: () => assert.fail('samples were read'),
    labelSets: () => [{ __name__: 'up', tenant: 'acme' }],
  };
  assert.deepEqual(await askApi(t, { reader: labels }, 'label/tenant/values'), success(['acme']));
});

test('so many look at once, so many wait, the next is told to come again', async (t) => {
  const finish = new AbortController();
  let looking = 0;
  function* labelSets(): Iterable<Labels> {
    looking++;
    do yield { __name__: 'up' };
    while (!finish.signal.aborted);
    looking--;
  }
  const url = await serveWeb(t, { reader: { select: () => [], labelSets }, clock: systemClock });
  const asked = Array.from({ length: 103 }, () => fetch(`${url}/api/v1/labels`));
  const first = await Promise.race(asked);
  assert.deepEqual([first.status, Object(await first.json()).errorType], [503, 'unavailable']);
  assert.equal(looking, 2);
  finish.abort();
  const codes = (await Promise.all(asked)).map(({ status }) => status);
  assert.equal(codes.filter((code) => code === 200).length, 102);
});

test('no label has a name that every object has', async (t) => {
  for (const name of ['constructor', '__proto__'])
    assert.deepEqual(await askApi(t, { reader }, `label/${name}/values`), success([]));
});

const refused: readonly [path: string, error: RegExp][] = [
  ['series', /^no match\[\] parameter provided$/],
  ['series?match[]={}', /must contain at least one non-empty matcher$/],
  ['series?match[]={a=""}', /must contain at least one non-empty matcher$/],
  ['labels?match[]=up[5m]', /^match\[\] takes a selector without range and offset/],
  ['labels?match[]=up{', /^1:4: /],
  ['labels?match[]=up offset 5m', /^match\[\] takes a selector/],
  ['labels?match[]=sum(up)', /^match\[\] takes a selector/],
  ['labels?start=x', /^invalid parameter "start"/],
  ['label/tenant/values?limit=x', /^invalid parameter "limit"/],
];
for (const [path, error] of refused) {
  test(`bad data: ${path}`, async (t) => {
    const { status, body } = await askApi(t, { reader }, path);
    const { error: message, ...rest } = Object(body);
    assert.deepEqual([status, rest], [400, { status: 'error', errorType: 'bad_data' }]);
    assert.match(message, error);
  });
}
