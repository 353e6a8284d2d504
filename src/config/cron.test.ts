import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { validate } from 'node-cron';
import { cronExpression } from './cron.ts';

for (const text of [
  '0 8 * * 1',
  '*/15 0-6 1,15 * mon-fri',
  '30 7 * jan,JUL 0',
  '0 22-2 * * 7',
  ' 0  8 * * 1 ',
])
  test(`${text} is a time`, () => assert.equal(cronExpression.parse(text), text));

const refused: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /write minute, hour, day of the month/],
  ['monday', /not a cron expression/],
  ['0 8 * *', /not a cron expression/],
  ['0 0 8 * * 1', /not a cron expression/],
  ['60 8 * * 1', /60 is no minute: write 0 to 59/],
  ['0 24 * * 1', /24 is no hour/],
  ['0 8 0 * 1', /0 is no day of the month/],
  ['0 8 * 13 1', /13 is no month/],
  ['0 8 * * 8', /8 is no day of the week/],
  ['0 8 * * monday', /monday is no day of the week/],
  ['*/0 8 * * 1', /no minute/],
  ['5/2 8 * * 1', /no minute/],
  ['*-5 8 * * 1', /no minute/],
  ['1,,2 8 * * 1', /no minute/],
];
for (const [text, message] of refused)
  test(`${JSON.stringify(text)} is refused`, () => assert.throws(() => cronExpression.parse(text), message));

test('what is taken here is taken by node-cron', () => {
  const number = fc.nat(62).map(String);
  const value = fc.oneof(number, fc.constantFrom('mon', 'SUN', 'jan', 'Dec', '*'));
  const range = fc.oneof(
    value,
    fc.tuple(value, value).map((pair) => pair.join('-')),
  );
  const item = fc.oneof(
    range,
    fc.tuple(range, number).map((pair) => pair.join('/')),
  );
  const field = fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    fc.array(item, { minLength: 1, maxLength: 3 }).map((list) => list.join(',')),
  );
  const expression = fc.tuple(field, field, field, field, field).map((fields) => fields.join(' '));
  let taken = 0;
  fc.assert(
    fc.property(expression, (text) => {
      if (!cronExpression.safeParse(text).success) return;
      taken++;
      assert.ok(validate(text), text);
    }),
    { numRuns: 2000 },
  );
  assert.ok(taken > 50, `${taken}`);
});
