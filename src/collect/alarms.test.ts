import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createAlarms } from './alarms.ts';

/** A clock that can be set while its sleepers sleep on. */
function setUp() {
  const machine = new VirtualClock();
  let shift = 0;
  const clock = { now: () => machine.now() + shift, sleep: machine.sleep.bind(machine) };
  const alarms = createAlarms(clock);
  const rung: string[] = [];
  let over = false;
  const done = alarms.run(() => over);
  return {
    machine,
    rung,
    set: (at: number, name: string) => alarms.set(at, () => rung.push(`${name} ${machine.now()}`)),
    setClock: (by: number) => (shift += by),
    async end() {
      over = true;
      alarms.look();
      await machine.advance(0);
      await done;
    },
  };
}

test('alarms ring at their times, also those set while it sleeps', async () => {
  const { machine, rung, set, end } = setUp();
  set(3000, 'late');
  set(1000, 'early');
  await machine.advance(500);
  set(700, 'first');
  await machine.advance(5000);
  assert.deepEqual(rung, ['first 700', 'early 1000', 'late 3000']);
  await end();
});

test('a clock that is set moves all alarms with it', async () => {
  for (const by of [-3_600_000, 3_600_000]) {
    const { machine, rung, set, setClock, end } = setUp();
    set(1000, 'one');
    set(9000, 'two');
    await machine.advance(1);
    setClock(by);
    await machine.advance(20_000);
    assert.deepEqual(rung, ['one 1000', 'two 9000'], String(by));
    await end();
  }
});

test('what is set after the clock was, and before anybody noticed, comes at its own time', async () => {
  for (const by of [-3_600_000, 3_600_000]) {
    const { machine, rung, set, setClock, end } = setUp();
    set(50_000, 'one');
    set(58_000, 'two');
    await machine.advance(1);
    setClock(by);
    set(by + 2000, 'new');
    await machine.advance(60_000);
    const at = new Map(rung.map((ring): [string, number] => [ring.slice(0, 3), Number(ring.slice(4))]));
    assert.equal(at.get('new'), 2000, String(by));
    // How much of the nap had passed nobody knows.
    assert.ok((at.get('one') ?? Infinity) <= 50_001, String(by));
    assert.equal((at.get('two') ?? 0) - (at.get('one') ?? 0), 8000, String(by));
    await end();
  }
});

test('a process that is busy for some seconds rings late and keeps its times', async () => {
  const { machine, rung, set, setClock, end } = setUp();
  set(1000, 'one');
  set(9000, 'two');
  await machine.advance(1);
  setClock(2000);
  await machine.advance(20_000);
  assert.deepEqual(rung, ['one 1000', 'two 7000']);
  await end();
});
