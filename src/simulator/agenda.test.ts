import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Agenda } from './agenda.ts';

test('everything due runs in order of time, and of entry at one time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 })),
      fc.integer({ min: 0, max: 20 }),
      (times, until) => {
        const agenda = new Agenda();
        const ran: [number, number][] = [];
        for (const [index, at] of times.entries()) agenda.add(at, (due) => void ran.push([due, index]));
        agenda.run(until);
        const expected = times
          .map((at, index): [number, number] => [at, index])
          .filter(([at]) => at <= until)
          .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
        assert.deepEqual(ran, expected);
        assert.equal(agenda.next, Math.min(Infinity, ...times.filter((at) => at > until)));
      },
    ),
  );
});

test('what an action adds runs in the same turn when it is due', () => {
  const agenda = new Agenda();
  const ran: number[] = [];
  agenda.add(1, (at) => {
    ran.push(at);
    agenda.add(2, (due) => void ran.push(due));
    agenda.add(9, (due) => void ran.push(due));
  });
  agenda.run(5);
  assert.deepEqual(ran, [1, 2]);
});
