import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../model/alert.ts';
import type { Mute } from '../../model/on-call.ts';
import { buildRoute, type Route } from '../route.ts';
import { createMuter } from './create-muter.ts';
import { parseInhibitRule } from './inhibit-rule.ts';
import { createInhibitor } from './inhibitor.ts';
import { parseTimeInterval } from './time-interval.ts';
import { TimeIntervals } from './time-intervals.ts';

function alert(alertname: string): Alert {
  const labels = { alertname };
  return { key: alertname, group: 'g', labels, annotations: {}, state: 'firing', value: 1, activeAt: 0 };
}

const silence: Mute = { kind: 'silence', id: 's', reason: 'silenced by jo' };
const rule = parseInhibitRule({ source_matchers: ['alertname=Off'], target_matchers: ['alertname=Down'] });
const always = new TimeIntervals(new Map([['always', [parseTimeInterval({})]]]));

function routes(): { root: Route; night: Route } {
  const night = { receiver: 'night', mute_time_intervals: ['always'] };
  const root = buildRoute({ receiver: 'day', routes: [night] });
  return { root, night: root.routes[0] ?? root };
}

test('all that mute an alert are named, and the alert itself silenced still inhibits', () => {
  const muter = createMuter({
    silences: { mutesOf: ({ key }) => (key === 'Down' || key === 'Off' ? [silence] : []) },
    inhibitor: createInhibitor([rule], [alert('Off')]),
    timeIntervals: always,
  });
  const { root, night } = routes();
  const kinds = (name: string, route: Route): string[] =>
    muter.mutesOf(alert(name), route, 0).map(({ kind }) => kind);
  assert.deepEqual(kinds('Down', night), ['silence', 'inhibition', 'time_interval']);
  assert.deepEqual(kinds('Down', root), ['silence', 'inhibition']);
  assert.deepEqual(kinds('Slow', night), ['time_interval']);
  assert.deepEqual(kinds('Slow', root), []);
  assert.deepEqual([muter.couldInhibit(alert('Down')), muter.couldInhibit(alert('Slow'))], [true, false]);
});
