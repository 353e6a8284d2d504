import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { matchesAll, type MatchOperator } from '../../model/matcher.ts';
import { SeededRandom } from '../../simulator/random.ts';
import { toMatcher, toSilenceMatcher } from './silence-matchers.ts';
import { alert, HOUR, request, silenceWorld, type SilenceWorld } from './testing/silence-world.ts';

function world(): SilenceWorld {
  return silenceWorld(new SeededRandom('silences').next);
}

const name = fc.constantFrom('a', 'b', 'constructor');
const value = fc.constantFrom('', 'x', 'y', 'xy');
const anyAlert = fc.dictionary(name, value).map((labels) => alert(labels));
const anyMatcher = fc.tuple(name, fc.constantFrom<MatchOperator>('=', '!=', '=~', '!~'), value);
const step = fc.oneof(
  fc.record({
    put: fc.array(anyMatcher, { minLength: 1, maxLength: 2 }),
    wait: fc.nat(2 * HOUR),
    last: fc.integer({ min: 1, max: 3 * HOUR }),
  }),
  fc.record({ expire: fc.nat(5) }),
  fc.record({ pass: fc.nat(HOUR) }),
  fc.constant({ restart: true }),
);

test('mutes are those that each silence tried on each alert would give, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 20 }),
      fc.array(anyAlert, { maxLength: 5 }),
      async (steps, alerts) => {
        const it = world();
        for (const each of steps) {
          const now = it.clock.now();
          if ('pass' in each) await it.clock.advance(each.pass);
          else if ('restart' in each) it.restart();
          else if ('expire' in each) {
            const silence = it.silences.all()[each.expire];
            if (silence !== undefined && it.silences.stateOf(silence) !== 'expired')
              it.silences.expire(silence.id);
          } else {
            const matchers = each.put.map(([label, operator, text]) =>
              toSilenceMatcher({ name: label, operator, value: text, matches: () => false }),
            );
            const times = { startsAt: now + each.wait, endsAt: now + each.wait + each.last };
            const isForAll = matchers.every((matcher) => matcher.isEqual && toMatcher(matcher).matches(''));
            if (!isForAll) it.silences.put(request('a=b', { matchers, ...times }));
          }
          const active = it.silences.all().filter((silence) => it.silences.stateOf(silence) === 'active');
          for (const one of alerts) {
            const naive = active.filter(({ matchers }) => matchesAll(matchers.map(toMatcher), one.labels));
            assert.deepEqual(
              it.silences
                .mutesOf(one)
                .map(({ id }) => id)
                .toSorted(),
              naive.map(({ id }) => id).toSorted(),
            );
          }
          it.silences.settle(alerts);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('10,000 alerts under 100 silences cost little once they are known', () => {
  const { silences } = world();
  for (let i = 0; i < 100; i++) silences.put(request(`tenant=~"t-${i}\\\\d?\\\\d?",alertname!="Other"`));
  const alerts = Array.from({ length: 10_000 }, (_, i) => alert({ alertname: 'Down', tenant: `t-${i}` }));
  silences.settle(alerts);
  const started = performance.now();
  let muted = 0;
  for (const one of alerts) muted += silences.mutesOf(one).length;
  const took = performance.now() - started;
  assert.ok(muted > 10_000, `${muted} mutes`);
  assert.ok(took < 500, `${took.toFixed(0)} ms for ${muted} mutes`);
});
