import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../model/failure.ts';
import { dateTime, isZeroTime, parseDateTime } from './date-time.ts';
import { parsePostedAlerts } from './posted-alerts.ts';
import { parsePostedSilence } from './posted-silence.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 10 });
const labels = fc.dictionary(fc.oneof(anyText, fc.constantFrom('alertname', '__proto__', '')), anyText, {
  maxKeys: 4,
});
const anyTime = fc.oneof(
  anyText,
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constant(null),
);
const body = fc.oneof(
  fc.jsonValue(),
  fc.array(
    fc.record(
      { labels, annotations: labels, startsAt: anyTime, endsAt: anyTime, generatorURL: anyText },
      { requiredKeys: [] },
    ),
  ),
);

for (const [name, parse] of [
  ['alerts', parsePostedAlerts],
  ['a silence', parsePostedSilence],
] as const) {
  test(`whatever JSON is posted as ${name} is taken or refused in one sentence`, () => {
    fc.assert(
      fc.property(body, (given) => {
        try {
          parse(JSON.parse(JSON.stringify(given)));
        } catch (error) {
          assert.ok(error instanceof Failure && error.reason === 'invalid', String(error));
          assert.match(error.message, /^invalid /);
        }
      }),
    );
  });
}

test('a name that no object can have is refused', () => {
  const posted: unknown = JSON.parse('[{ "labels": { "a": "b", "__proto__": "c" } }]');
  assert.throws(
    () => parsePostedAlerts(posted),
    /invalid alerts: \[0\].labels: __proto__ is no name of a label/,
  );
});

const labelName = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__');

test('labels arrive as they were posted, but for empty ones', () => {
  fc.assert(
    fc.property(fc.dictionary(labelName, fc.string(), { minKeys: 1 }), (given) => {
      const [alert] = parsePostedAlerts(JSON.parse(JSON.stringify([{ labels: given }])));
      const wanted = Object.entries(given).filter(([, value]) => value !== '');
      assert.deepEqual(Object.entries(alert?.labels ?? {}), wanted);
    }),
  );
});

test('a time is read as it is written', () => {
  const times = fc.date({
    min: new Date('0001-01-02T00:00:00Z'),
    max: new Date('9999-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(times, (date) => {
      assert.equal(parseDateTime(dateTime(date.getTime())), date.getTime());
      assert.equal(isZeroTime(date.getTime()), false);
    }),
  );
});

for (const text of ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', '0001-01-01T01:00:00+01:00'])
  test(`${text} is no time at all`, () => assert.equal(isZeroTime(parseDateTime(text) ?? Number.NaN), true));
