import type { Instance, InstanceStatus, InstanceStatusSummary } from '@aws-sdk/client-ec2';
import type { Point } from '../../src/model/point.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { ec2CountDataset, ec2Dataset, ec2EventDataset, ec2InfoDataset } from './ec2-schema.ts';
import { instancesOf } from './instances-of.ts';
import { tenantOfMachine } from './tenant-of-machine.ts';

/** All but those that are gone. */
const STATES = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];
/** How AWS marks an event that is over, in its description. */
const IS_OVER = /^\[(Completed|Canceled)\]/i;

type Base = Pick<Point, 'time' | 'tenant' | 'dimensions'>;

/** Reads instances, status checks and scheduled events. */
export function createEc2Poll(deps: AwsPollDeps): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/ec2',
      datasets: [ec2Dataset, ec2InfoDataset, ec2EventDataset, ec2CountDataset],
      intervalMs: 60_000,
      deadlineMs: 50_000,
      actions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceStatus'],
      async read({ aws, settings, context, signal, dimensions }) {
        const instances = await instancesOf(aws, { 'instance-state-name': STATES }, signal);
        const statuses = new Map<string, InstanceStatus>();
        for await (const { InstanceStatuses = [] } of aws.pages('ec2:DescribeInstanceStatus', {}, signal))
          for (const status of InstanceStatuses) statuses.set(status.InstanceId ?? '', status);
        const time = context.clock.now();
        const tenantOf = tenantOfMachine(context.fleet, settings.tenant_tag);
        const points = instances.flatMap((instance) => {
          const { InstanceId: id, Tags: tags = [] } = instance;
          if (id === undefined) return [];
          const base = {
            time,
            tenant: tenantOf({ id, tags }),
            dimensions: { ...dimensions, instance_id: id },
          };
          return instancePoints(base, instance, statuses.get(id));
        });
        return [...points, ...countPoints({ time, tenant: '', dimensions }, instances)];
      },
    },
    deps,
  );
}

function instancePoints(base: Base, instance: Instance, status: InstanceStatus | undefined): Point[] {
  const { State, LaunchTime, InstanceType, Placement, Tags = [] } = instance;
  const info = {
    instance_type: InstanceType,
    availability_zone: Placement?.AvailabilityZone,
    instance_state: State?.Name,
    name: Tags.find(({ Key }) => Key === 'Name')?.Value,
  };
  return [
    {
      ...base,
      dataset: ec2Dataset,
      values: {
        aws_ec2_running: State?.Name === undefined ? undefined : Number(State.Name === 'running'),
        aws_ec2_launch_timestamp_seconds: LaunchTime === undefined ? undefined : LaunchTime.getTime() / 1000,
        aws_ec2_status_check_failed_system: hasFailed(status?.SystemStatus),
        aws_ec2_status_check_failed_instance: hasFailed(status?.InstanceStatus),
        aws_ec2_status_check_failed_attached_ebs: hasFailed(status?.AttachedEbsStatus),
      },
    },
    {
      ...base,
      dataset: ec2InfoDataset,
      dimensions: { ...base.dimensions, ...withoutUndefined(info) },
      values: { aws_ec2_info: 1 },
    },
    ...eventPoints(base, status),
  ];
}

/** Undefined while the check initializes, or does not apply. */
function hasFailed(summary: InstanceStatusSummary | undefined): number | undefined {
  if (summary?.Status === 'impaired') return 1;
  return summary?.Status === 'ok' ? 0 : undefined;
}

/** The next of each kind. */
function eventPoints(base: Base, { Events = [] }: InstanceStatus = {}): Point[] {
  const next = new Map<string, number>();
  for (const { Code, Description = '', NotBefore } of Events) {
    if (Code === undefined || NotBefore === undefined || IS_OVER.test(Description)) continue;
    next.set(Code, Math.min(next.get(Code) ?? Infinity, NotBefore.getTime() / 1000));
  }
  return [...next].map(([event, seconds]) => ({
    ...base,
    dataset: ec2EventDataset,
    dimensions: { ...base.dimensions, event },
    values: { aws_ec2_scheduled_event_timestamp_seconds: seconds },
  }));
}

function countPoints(base: Base, instances: readonly Instance[]): Point[] {
  const groups = Map.groupBy(
    instances,
    ({ InstanceType = '', State }) => `${InstanceType} ${State?.Name ?? ''}`,
  );
  return [...groups].map(([key, { length }]) => {
    const [instance_type = '', instance_state = ''] = key.split(' ');
    return {
      ...base,
      dataset: ec2CountDataset,
      dimensions: { ...base.dimensions, instance_type, instance_state },
      values: { aws_ec2_instances: length },
    };
  });
}

function withoutUndefined(labels: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
