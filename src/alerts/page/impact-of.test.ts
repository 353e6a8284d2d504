import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testAlert } from '../../../test/fakes/incident.ts';
import type { Alert } from '../../model/alert.ts';
import type { Labels } from '../../model/labels.ts';
import { impactOf } from './impact-of.ts';

const ACME = {
  customer: 'Acme Ltd',
  plan: 'enterprise',
  database_server: 'sql-7',
  region: 'eu-west-2',
  url: 'x',
};
const FLEET: ReadonlyMap<string, Labels> = new Map<string, Labels>([
  ['acme', ACME],
  ...Array.from({ length: 999 }, (_, i): [string, Labels] => [
    `t${i}`,
    { database_server: `sql-${i % 30}`, node: `n-${i % 70}` },
  ]),
]);

const of = (tenant: string, over: Partial<Alert> = {}): Alert =>
  testAlert({ labels: { alertname: 'OctopusDown', tenant }, ...over });
const about = (labels: Labels): Alert => testAlert({ labels: { alertname: 'NodeDown', ...labels } });

describe('who is concerned', () => {
  const cases: [
    name: string,
    alerts: Alert[],
    fleet: ReadonlyMap<string, Labels>,
    words: string | undefined,
  ][] = [
    [
      'one tenant, who it is and where',
      [of('acme')],
      FLEET,
      '1 of 1,000 tenants: acme (Acme Ltd, enterprise), on sql-7, in eu-west-2',
    ],
    ['one nobody knows', [of('new')], FLEET, '1 of 1,001 tenants: new'],
    ['one of nobody knows whom', [of('acme')], new Map(), undefined],
    ['the only one', [of('a')], new Map([['a', {}]]), '1 of 1 tenant: a'],
    ['several alerts of one', [of('t1'), of('t1')], FLEET, '1 of 1,000 tenants: t1, on sql-1, on node n-1'],
    ['several', [of('t1'), of('t2')], FLEET, '2 of 1,000 tenants: t1, t2'],
    ['several of nobody knows how many', [of('t1'), of('t2')], new Map(), '2 tenants: t1, t2'],
    [
      'many',
      Array.from({ length: 37 }, (_, i) => of(`t${i}`)),
      FLEET,
      '37 of 1,000 tenants: t0, t1, t2, t3, t4 and 32 more',
    ],
    [
      'those that are back do not count',
      [of('t1'), of('t2', { state: 'resolved' }), of('t3')],
      FLEET,
      '2 of 1,000 tenants: t1, t3',
    ],
    ['all are back', [of('t2', { state: 'resolved' })], FLEET, undefined],
    [
      'the tenants of a node',
      [about({ node: 'n-3' })],
      FLEET,
      '15 of 1,000 tenants are on node n-3: t3, t73, t143, t213, t283 and 10 more',
    ],
    ['a node of nobody', [about({ node: 'n-99' })], FLEET, undefined],
    ['what is of no place', [about({})], FLEET, undefined],
    ['a hostile name', [of('a\nb'), of('x'.repeat(60))], new Map(), `2 tenants: a b, ${'x'.repeat(39)}…`],
  ];
  for (const [name, alerts, fleet, words] of cases)
    test(name, () => assert.equal(impactOf(alerts, fleet), words));
});
