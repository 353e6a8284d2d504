import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import { attempts } from './attempts.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps, type AwsReading } from './aws-poll.ts';
import { withFirstBalances } from './first-balances.ts';
import { withSightings } from './launch-ledger.ts';
import { launchDataset } from './launch-schema.ts';
import { assignSlots, DEFAULT_LIMIT } from './launch-slots.ts';
import { launchStateJson, parseLaunchState, type LaunchState } from './launch-state.ts';
import { summarizeLaunches } from './launch-summary.ts';
import { seenLaunches } from './seen-launches.ts';
import { trailSightings } from './trail-sightings.ts';

const ACTIONS = [
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceCreditSpecifications',
  'ec2:GetDefaultCreditSpecification',
  'cloudtrail:LookupEvents',
  'cloudwatch:GetMetricData',
] as const;
type Reading = AwsReading<(typeof ACTIONS)[number]>;

/**
 * Keeps the launch ledger. What EC2 shows is read at each poll; CloudTrail and CloudWatch complete it, and where they
 * cannot be read the ledger goes on without them and says since when.
 */
export function createLaunchesPoll(deps: AwsPollDeps): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/launches',
      datasets: [launchDataset, quotaDataset],
      intervalMs: 60_000,
      deadlineMs: 50_000,
      actions: ACTIONS,
      async read(reading) {
        const { context, dimensions } = reading;
        const now = context.clock.now();
        const state = await stateAfter(reading, parseLaunchState(context.state), now);
        context.state = launchStateJson(state);
        return pointsOf(dimensions, state, now);
      },
    },
    deps,
  );
}

async function stateAfter(
  { aws, signal, context: { log, clock } }: Reading,
  before: LaunchState,
  now: number,
): Promise<LaunchState> {
  const seen = await seenLaunches(aws, before.launches, now, signal);
  const tries = attempts(before.failing, log, signal);
  const types = new Map([...before.launches, ...seen].map(({ id, type }) => [id, type]));
  const trail = await trailSightings(aws, before, types, clock, tries, signal);
  const known = withSightings(before.launches, [...seen, ...trail.sightings], now);
  const launches = await tries.attempt('CloudWatch', known, () => withFirstBalances(aws, known, now, signal));
  const slots = assignSlots(launches, before.learnedLimit, trail.position.covered, now);
  return {
    ...slots,
    launches: [...slots.launches],
    trail: trail.position,
    unjoined: [...trail.unjoined],
    others: [...trail.others],
    failing: [...tries.failing()],
  };
}

function pointsOf(dimensions: Point['dimensions'], state: LaunchState, time: number): Point[] {
  const { launches, learnedLimit, trail } = state;
  const limit = learnedLimit ?? DEFAULT_LIMIT;
  const summary = summarizeLaunches(launches, limit, time);
  const { nextSlotAt } = summary;
  const readUntil = trail.covered?.until;
  return [
    {
      dataset: launchDataset,
      time,
      dimensions,
      values: {
        aws_t2_launches: summary.launches,
        aws_t2_launches_without_credits: summary.without,
        aws_t2_launch_next_slot_timestamp_seconds: nextSlotAt === undefined ? undefined : nextSlotAt / 1000,
        aws_t2_launch_limit_learned: Number(learnedLimit !== undefined),
        aws_t2_launches_reconciled_timestamp_seconds: readUntil === undefined ? undefined : readUntil / 1000,
      },
    },
    {
      dataset: quotaDataset,
      time,
      dimensions: { ...dimensions, provider: 'aws', quota: 't2_launch_credits' },
      values: { cloud_quota_limit: limit, cloud_quota_used: summary.used },
    },
  ];
}
