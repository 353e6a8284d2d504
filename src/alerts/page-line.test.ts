import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Alert } from '../model/alert.ts';
import { PAGE_LINE_LENGTH, pageLine } from './page-line.ts';

function alert(tenant: string, summary: string): Alert {
  return {
    key: tenant,
    group: 'g',
    labels: { alertname: 'OctopusDown', tenant },
    annotations: { summary },
    state: 'firing',
    value: 0,
    activeAt: 0,
  };
}

test('one alert is its summary; several name what they share', () => {
  assert.equal(pageLine([alert('acme', 'acme: queue stuck 12m')]), 'acme: queue stuck 12m');
  assert.equal(pageLine([alert('acme', '')]), 'acme: OctopusDown');
  const labels = { alertname: 'Lag', severity: 'critical', database: 'orders', region: 'eu', zone: 'b' };
  assert.equal(pageLine([{ ...alert('', ''), labels }]), 'Lag (database=orders, region=eu, zone=b)');
  assert.equal(
    pageLine([alert('acme', 'acme: down'), alert('acme', 'acme: slow')]),
    'acme: 2 alerts, first: down',
  );
  assert.equal(
    pageLine([alert('a', 'a: down'), alert('b', 'b: down')]),
    '2 tenants: OctopusDown, first a: down',
  );
  const ofAgent = { ...alert('', 'octowatch: logs cannot be read'), labels: { alertname: 'OctowatchX' } };
  assert.equal(pageLine([ofAgent, ofAgent]), '2 alerts: OctowatchX, first octowatch: logs cannot be read');
});

test('of several the oldest is named first, of those that began together always the same', () => {
  const [a, b] = [alert('a', 'a: down'), alert('b', 'b: down')];
  for (const order of [
    [a, b],
    [b, a],
  ])
    assert.equal(pageLine(order), '2 tenants: OctopusDown, first a: down');
  const younger = { ...a, activeAt: 1 };
  for (const order of [
    [younger, b],
    [b, younger],
  ])
    assert.equal(pageLine(order), '2 tenants: OctopusDown, first b: down');
});

test('control characters and stack traces do not reach a phone', () => {
  const line = pageLine([alert('acme', 'acme: key refused\n   at Octopus.Server\u0007')]);
  assert.equal(line, 'acme: key refused at Octopus.Server');
});

test('always one line, never empty, never too long', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.string({ maxLength: 400, unit: 'grapheme' }),
      (tenant, summary) => {
        const line = pageLine([alert(tenant, summary)]);
        assert.ok(Array.from(line).length <= PAGE_LINE_LENGTH && !/[\n\r]/.test(line));
      },
    ),
  );
});
