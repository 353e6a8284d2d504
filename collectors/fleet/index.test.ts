import assert from 'node:assert/strict';
import type { Fleet, PollCollector } from '../../src/collect/contract.ts';
import { Failure } from '../../src/model/failure.ts';
import { testPollContract } from '../../test/contract/poll-collector-contract.ts';
import { createFleetCollector } from './index.ts';

const BASE = { info: {}, files: {}, timeZone: 'UTC' };

const UNREADABLE: Fleet = {
  all() {
    throw new Failure('malformed', 'no fleet is to be had');
  },
  find: () => undefined,
};

function create(): PollCollector {
  const [collector] = createFleetCollector();
  assert.ok(collector);
  return collector;
}

testPollContract({
  name: 'fleet/instances',
  readsMemory: true,
  place: { kind: 'fleet', name: 'fleet' },
  fleet: [
    { ...BASE, tenant: 'sleeper', url: 'http://sleeper', asleep: true },
    { ...BASE, tenant: 'tailed' },
  ],
  create(_, condition) {
    const collector = create();
    if (condition === 'well') return collector;
    return {
      ...collector,
      poll: (target, context) => collector.poll(target, { ...context, fleet: UNREADABLE }),
    };
  },
  golden: new URL('fixtures/golden/instances.json', import.meta.url),
});
