import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPlaceFunctions, STANDARD_FUNCTIONS } from './functions.ts';
import { createQueryFunctions, QuerySample } from './query-functions.ts';
import { renderTemplate } from './render-template.ts';
import { CASE_DATA, TEMPLATE_CASES } from './testing/template-cases.ts';

const { labels, value, externalLabels, externalUrl, time } = CASE_DATA;
const metric = CASE_DATA.metric.map((sample) => new QuerySample(sample.labels, sample.value));

/** What the queries of the cases yield. */
const ANSWERS: Readonly<Record<string, readonly QuerySample[]>> = {
  metric,
  "metric{instance='a'}": metric.slice(1),
  "count_values('__value__', metric{instance='a'})": [new QuerySample({ __value__: '11' }, 1)],
  '1.5': [new QuerySample({}, 1.5)],
};

const options = {
  name: 'summary',
  functions: {
    ...STANDARD_FUNCTIONS,
    ...createQueryFunctions((text) => ANSWERS[text] ?? []),
    ...createPlaceFunctions({ time, externalUrl }),
  },
  variables: { labels, value, externalLabels, externalURL: externalUrl },
};
const data = { Labels: labels, Value: value, ExternalLabels: externalLabels, ExternalURL: externalUrl };

describe('templates render as Prometheus renders them', () => {
  for (const [template, text] of TEMPLATE_CASES) {
    test(template, () => assert.equal(renderTemplate(template, data, options), text));
  }

  test('each function at least once', () => {
    const all = TEMPLATE_CASES.map(([template]) => template).join('\n');
    // Alertmanager's, and those of the place that promtool has none of.
    const elsewhere = ['join', 'stringSlice', 'trimSpace', 'externalURL', 'pathPrefix'];
    const unused = Object.keys(options.functions).filter(
      (name) => !new RegExp(`(?<![$.])\\b${name}\\b`).test(all),
    );
    assert.deepEqual(unused.toSorted(), elsewhere.toSorted());
  });

  test('the address of the agent, and its path', () => {
    const at = (url: string): string =>
      renderTemplate('{{ externalURL }} {{ pathPrefix }}.', data, {
        ...options,
        functions: createPlaceFunctions({ time, externalUrl: url }),
      });
    assert.equal(at(externalUrl), 'https://watch.example/octo /octo.');
    assert.equal(at('http://watch.example'), 'http://watch.example .');
    assert.equal(at(''), ' .');
  });
});
