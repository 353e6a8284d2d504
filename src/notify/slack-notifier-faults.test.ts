import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fault } from '../../test/fakes/http-fake.ts';
import { testAlert, testIncident } from '../../test/fakes/incident.ts';
import { silentLog } from '../../test/fakes/silent-log.ts';
import { startFakeSlack } from '../../test/fakes/slack.ts';
import { toFailure } from '../model/failure.ts';
import type { Incident, Receipt } from '../model/incident.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createHttp } from '../system/system-http.ts';
import { createSlackNotifier } from './slack-notifier.ts';

const MOST_ATTEMPTS = 20;

/** A notification: how many alerts fire, what goes wrong with its attempts, and whether the process dies before its receipt is kept. */
interface Step {
  readonly alerts: number;
  readonly faults: readonly ('reset' | 'reset-after-accepting' | 'status')[];
  readonly dies: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  alerts: fc.integer({ min: 1, max: 40 }),
  faults: fc.array(fc.constantFrom('reset', 'reset-after-accepting', 'status'), { maxLength: 3 }),
  dies: fc.boolean(),
});

test('whatever is lost, refused or dies: one message that says the newest, and each change told once', async (t) => {
  const client = createHttp();
  t.after(() => client.close());
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const slack = await startFakeSlack();
      try {
        const notifier = createSlackNotifier(
          { channel: 'C0ONCALL', bot_token: slack.token, api_url: slack.url },
          { http: client.http, clock: new VirtualClock(), log: silentLog, metrics: NO_METRICS },
        );
        const send = async (incident: Incident): Promise<Receipt> => {
          for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try {
              return await notifier.notify(incident, new AbortController().signal);
            } catch (error) {
              assert.ok(toFailure(error).retryable, String(error));
            }
          }
          throw new Error('never delivered');
        };
        let kept: Receipt = {};
        for (const [index, { alerts, faults, dies }] of steps.entries()) {
          const incident = testIncident({
            startsAt: Date.now(),
            sequence: `s-${index}`,
            summary: `${alerts} tenants down (${index})`,
            alerts: Array.from({ length: alerts }, (_, i) => testAlert({ key: `a${i}` })),
            ...(kept.ref === undefined ? {} : { receipt: kept.ref }),
          });
          slack.fail(...faults.map(faultOf));
          const receipt = await send(incident);
          // The next process knows only what was kept, and sends the same again.
          kept = dies ? await send(incident) : receipt;
        }
        const [message, ...others] = slack.messages.filter(({ thread }) => thread === undefined);
        assert.deepEqual(others, []);
        assert.equal(
          message?.history.at(-1)?.text,
          `${steps.at(-1)?.alerts} tenants down (${steps.length - 1})`,
        );
        assert.deepEqual(slack.replies(), growths(steps.map(({ alerts }) => alerts)));
      } finally {
        await slack.close();
      }
    }),
    { numRuns: 60 },
  );
});

function faultOf(kind: Step['faults'][number]): Fault {
  return kind === 'status' ? { kind, status: 503 } : { kind };
}

/** What the thread is to say when nothing goes wrong. */
function growths([first = 0, ...counts]: readonly number[]): string[] {
  let told = first;
  const lines: string[] = [];
  for (const count of counts) {
    if (Math.abs(count - told) < Math.max(1, Math.ceil(told / 10))) continue;
    lines.push(`${count > told ? 'Grew' : 'Shrank'} from ${told} to ${count}`);
    told = count;
  }
  return lines;
}
