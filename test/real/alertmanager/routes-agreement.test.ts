import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { buildRoute, matchRoutes, type RouteOptions } from '../../../src/alerts/route.ts';
import type { Labels } from '../../../src/model/labels.ts';
import { skipWithoutGo } from '../go-program.ts';
import { askAlertmanager } from './alertmanager-judge.ts';
import { amtool } from './amtool.ts';

const RECEIVERS = ['root', 'r0', 'r1', 'r2', 'r3'];

function configOf(route: RouteOptions): string {
  return JSON.stringify({ route, receivers: RECEIVERS.map((name) => ({ name })) });
}

function receiversOf(route: RouteOptions, labels: Labels): string[] {
  return matchRoutes(buildRoute(route), labels).map(({ receiver }) => receiver);
}

const table: RouteOptions = {
  receiver: 'root',
  routes: [
    {
      receiver: 'r0',
      matchers: ['service=~"mysql|cassandra"'],
      routes: [{ matchers: ['{tenant="acme", "my label"!=""}'], receiver: 'r3' }],
    },
    { receiver: 'r1', match: { team: 'frontend' }, match_re: { tenant: 'a.*' }, continue: true },
    { receiver: 'r2', matchers: ['team!=""', 'tenant=~"acme|globex"'] },
  ],
};
const cases: readonly (readonly [labels: readonly string[], receivers: string])[] = [
  [['service=mysql'], 'r0'],
  [['service=mysql', 'tenant=acme'], 'r0'],
  [['service=mysql', 'tenant=acme', '"my label"=x'], 'r3'],
  [['service=mysqld'], 'root'],
  [['team=frontend', 'tenant=acme'], 'r1,r2'],
  [['team=frontend', 'tenant=a'], 'r1'],
  [['team=db', 'tenant=globex'], 'r2'],
  [['team=db'], 'root'],
];

const value = fc.constantFrom('x', 'y', 'xy', '');
const labels = fc.record({ a: value, b: value, 'c é': value }, { requiredKeys: [] });
const matcher = fc.constantFrom(
  'a=x',
  'a!="y"',
  'a=~"x|y"',
  'b=~x.*',
  'b!~".+"',
  '"c é"=x',
  '{a=x,b!=y}',
  'b=',
);
const old = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y', 'xy'), { maxKeys: 1 });
const { route } = fc.letrec<{ route: RouteOptions }>((tie) => ({
  route: fc.record(
    {
      receiver: fc.constantFrom(...RECEIVERS),
      matchers: fc.array(matcher, { maxLength: 2 }),
      match: old,
      match_re: old,
      continue: fc.boolean(),
      routes: fc.array(tie('route'), { maxLength: 3, depthIdentifier: 'routes' }),
    },
    { requiredKeys: ['matchers'] },
  ),
}));
const tree = fc
  .array(route, { minLength: 1, maxLength: 4 })
  .map((routes): RouteOptions => ({ receiver: 'root', routes }));

describe('Alertmanager leads alerts the way we do', { skip: skipWithoutGo() }, () => {
  test('amtool config routes test', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'routes-'));
    const file = join(folder, 'alertmanager.yml');
    try {
      writeFileSync(file, configOf(table));
      for (const [pairs, receivers] of cases) {
        const { stdout, stderr } = await amtool([
          'config',
          'routes',
          'test',
          `--config.file=${file}`,
          ...pairs,
        ]);
        assert.equal(stdout.trim(), receivers, stderr);
        const set = Object.fromEntries(pairs.map((pair) => pair.replaceAll('"', '').split('=')));
        assert.equal(receiversOf(table, set).join(','), receivers, pairs.join(' '));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('1,000 trees of routes, 8 alerts each', async () => {
    const scenes = fc.sample(fc.tuple(tree, fc.array(labels, { minLength: 8, maxLength: 8 })), {
      seed: 1,
      numRuns: 1000,
    });
    const answers = await askAlertmanager(
      scenes.map(([root, labelSets]) => ({ config: configOf(root), labelSets })),
    );
    let several = 0;
    for (const [index, [root, labelSets]] of scenes.entries()) {
      const { error, receivers } = answers[index] ?? assert.fail();
      assert.equal(error, undefined);
      const found = labelSets.map((set) => receiversOf(root, set));
      assert.deepEqual(found, receivers, JSON.stringify(root));
      several += found.filter((each) => each.length > 1).length;
    }
    assert.ok(several > 300, `${several} led to several`);
  });
});
