import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { datasets } from '../collectors/index.ts';
import { streamName } from '../src/model/dataset.ts';
import { mappingOf } from '../src/store/elasticsearch/mapping.ts';
import { agentDashboard } from './agent.ts';
import { fleetDashboard } from './fleet.ts';
import type { Panel } from './grafana/panel.ts';
import type { ElasticsearchQuery, MathQuery } from './grafana/query.ts';

type Target = (ElasticsearchQuery | MathQuery) & { readonly refId: string };

function targetsOf(panel: Panel): readonly Target[] {
  return (panel['targets'] ?? []) as readonly Target[];
}

/** The fields of all documents of one kind of stream. */
function fieldsOf(kind: 'gauge' | 'event'): Set<string> {
  const own = datasets.filter((dataset) => dataset.kind === kind);
  return new Set(own.flatMap((dataset) => Object.keys(mappingOf(dataset, kind === 'gauge'))));
}

/** The fields a query names: aggregated, grouped by, searched. */
function namedIn(query: ElasticsearchQuery): string[] {
  const searched = [...query.query.matchAll(/(?:^| )(?:_exists_:)?(\w+)(?=:|$| AND )/g)].map(
    ([, name = '']) => name,
  );
  const aliased = [...query.alias.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
  const aggregated = [...query.metrics, ...query.bucketAggs].flatMap(({ field }) => field ?? []);
  return [...searched.filter((name) => name !== '_exists_'), ...aliased, ...aggregated];
}

for (const [name, dashboard] of Object.entries({ fleet: fleetDashboard, agent: agentDashboard })) {
  describe(`the dashboard ${name}`, () => {
    test('the JSON is what the TypeScript says', () => {
      const file = join(import.meta.dirname, 'json', `${name}.json`);
      const want = `${JSON.stringify(dashboard, null, 2)}\n`;
      assert.equal(readFileSync(file, 'utf8'), want, 'out of date: npm run docs');
    });

    test('panels do not overlap and stay on the page', () => {
      const taken = new Set<string>();
      for (const { title, gridPos } of dashboard.panels) {
        assert.ok(gridPos.x + gridPos.w <= 24, title);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            assert.ok(!taken.has(`${x},${y}`), `${title} covers another panel`);
            taken.add(`${x},${y}`);
          }
        }
      }
    });

    test('ids are distinct', () => {
      const ids = dashboard.panels.map((panel) => panel['id']);
      assert.equal(new Set(ids).size, ids.length);
    });
  });
}

describe('the fleet dashboard', () => {
  const panels = fleetDashboard.panels.filter(({ type }) => type !== 'row');

  for (const panel of panels) {
    const queries = targetsOf(panel).filter((target) => 'bucketAggs' in target);

    test(`${panel.title}: says what it shows, in a unit`, () => {
      assert.ok((panel.description ?? '').endsWith('.'));
      assert.match(JSON.stringify(panel['fieldConfig']), /"unit":"(s|short|percentunit|none)"/);
      assert.ok(queries.length > 0);
    });

    test(`${panel.title}: every field is in a document of its data source`, () => {
      for (const query of queries) {
        const known = fieldsOf(query.datasource.uid === '${metrics}' ? 'gauge' : 'event');
        const names = namedIn(query);
        assert.ok(names.length >= 3, query.query);
        for (const name of names) assert.ok(known.has(name), `no document has a field ${name}`);
      }
    });

    test(`${panel.title}: reads the documents of one dataset only`, () => {
      for (const { query } of queries) {
        const marker = /_exists_:(\w+)/.exec(query)?.[1] ?? '';
        const having = datasets.filter((dataset) => marker in mappingOf(dataset, false));
        assert.equal(having.length, 1, `${marker} is in ${having.map(({ name }) => name).join(', ')}`);
      }
    });

    test(`${panel.title}: expressions use queries that are there`, () => {
      const refIds = targetsOf(panel).map(({ refId }) => refId);
      const expressions = targetsOf(panel).filter((target) => 'expression' in target);
      for (const { expression } of expressions)
        for (const [, refId = ''] of expression.matchAll(/\$(\w+)/g)) assert.ok(refIds.includes(refId));
    });
  }

  test('data sources are variables', () => {
    const uids = new Set(panels.flatMap((panel) => targetsOf(panel).map(({ datasource }) => datasource.uid)));
    assert.deepEqual([...uids].toSorted(), ['${events}', '${metrics}', '__expr__']);
  });
});

describe('the provisioned data sources', () => {
  const file = join(import.meta.dirname, 'provisioning', 'datasources', 'octowatch.yml');
  const { datasources } = parse(readFileSync(file, 'utf8')) as {
    datasources: readonly { name: string; jsonData: { index: string } }[];
  };
  const variables = JSON.stringify(fleetDashboard['templating']);

  for (const { name, jsonData } of datasources) {
    test(`${name}: is what the dashboard looks for and covers its streams`, () => {
      assert.ok(variables.includes(`/${name}/`));
      const pattern = new RegExp(
        `^${jsonData.index.replace('${OCTOWATCH_NAMESPACE}', 'prod').replace('.*', '\\..*')}$`,
      );
      const kind = name.endsWith('events') ? 'event' : 'gauge';
      for (const dataset of datasets)
        assert.equal(pattern.test(streamName(dataset, 'prod')), dataset.kind === kind, dataset.name);
    });
  }
});
