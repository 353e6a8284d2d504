import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { areaOf, importProblem, importTable } from './import-table.ts';

describe('the import table', () => {
  const free: [string, string][] = [
    ['src/alerts/route.ts', 'src/alerts/deep/matcher.ts'],
    ['src/alerts/route.ts', 'src/template/render.ts'],
    ['src/cli/run.ts', 'src/ruler/group.ts'],
    ['src/app.ts', 'collectors/index.ts'],
    ['src/app.ts', 'src/web/server.ts'],
    ['src/main.ts', 'src/cli/index.ts'],
    ['collectors/index.ts', 'collectors/tasks/index.ts'],
    ['collectors/tasks/index.ts', 'collectors/tasks/schema.ts'],
    ['collectors/tasks/index.ts', 'src/octopus/client.ts'],
    ['src/model/label.test.ts', 'src/ruler/group.ts'],
    ['test/acceptance/pages.test.ts', 'src/app.ts'],
  ];
  for (const [from, to] of free) {
    test(`${from} may import ${to}`, () => assert.equal(importProblem(from, to), undefined));
  }

  const forbidden: [string, string, string][] = [
    ['src/model/label.ts', 'src/promql/parse.ts', 'model may not import promql'],
    ['src/alerts/route.ts', 'src/ruler/group.ts', 'alerts may not import ruler'],
    ['src/heal/guard.ts', 'src/alerts/route.ts', 'heal may not import alerts'],
    ['src/web/server.ts', 'src/app.ts', 'web may not import app'],
    ['src/cli/run.ts', 'src/web/server.ts', 'cli may not import web'],
    ['src/app.ts', 'src/cli/run.ts', 'app may not import cli'],
    ['src/main.ts', 'src/ruler/group.ts', 'main may not import ruler'],
    ['src/cli/collect.ts', 'collectors/index.ts', 'cli may not import registry'],
    [
      'collectors/tasks/index.ts',
      'collectors/logs/index.ts',
      'collector tasks may not import collector logs',
    ],
    ['collectors/tasks/index.ts', 'src/store/head/head.ts', 'collectors may not import store'],
    ['src/ruler/group.ts', 'test/fakes/octopus.ts', 'ruler may not import tests'],
    ['src/ruler/group.ts', 'src/ruler/group.test.ts', 'ruler may not import tests'],
    ['src/new/thing.ts', 'src/model/label.ts', 'src/new/thing.ts is in no area of the import table'],
  ];
  for (const [from, to, problem] of forbidden) {
    test(`${from} may not import ${to}`, () => assert.equal(importProblem(from, to), problem));
  }

  test('names only areas that it declares', () => {
    const areas = new Set(Object.keys(importTable));
    for (const allowed of Object.values(importTable)) {
      const named = 'allBut' in allowed ? allowed.allBut : allowed;
      assert.deepEqual(
        named.filter((area) => !areas.has(area)),
        [],
      );
    }
  });

  test('tells the registry from the collectors', () => {
    assert.equal(areaOf('collectors/index.ts'), 'registry');
    assert.equal(areaOf('collectors/tasks/index.ts'), 'collectors');
  });
});
