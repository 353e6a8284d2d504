import { defineDataset } from '../../src/model/dataset.ts';
import { ACCOUNT_DIMENSIONS } from './dimensions.ts';

const INSTANCE_DIMENSIONS = {
  ...ACCOUNT_DIMENSIONS,
  instance_id: { help: 'Id of the EC2 instance; what fits the console.' },
} as const;

/** Health of EC2 instances. */
export const ec2Dataset = defineDataset({
  name: 'aws_ec2',
  kind: 'gauge',
  help: 'EC2 instances and their status checks; of no tenant where the mapping names none.',
  dimensions: INSTANCE_DIMENSIONS,
  metrics: {
    aws_ec2_running: { type: 'gauge', unit: 'none', help: 'Whether the instance runs.' },
    aws_ec2_launch_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When it was launched or started last.',
    },
    aws_ec2_status_check_failed_system: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the check of its host and network fails; absent while it is not known.',
    },
    aws_ec2_status_check_failed_instance: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the check of its operating system fails; absent while it is not known.',
    },
    aws_ec2_status_check_failed_attached_ebs: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether an attached volume cannot be reached; absent while it is not known.',
    },
  },
  seriesLimit: 25_000,
});

/** What may change in an instance's life. */
export const ec2InfoDataset = defineDataset({
  name: 'aws_ec2_info',
  kind: 'gauge',
  help: 'What EC2 says of an instance.',
  dimensions: {
    ...INSTANCE_DIMENSIONS,
    instance_type: { help: 'Type: t2.medium.' },
    availability_zone: { help: 'Availability zone.' },
    instance_state: { help: 'pending, running, stopping, stopped or shutting-down.' },
    name: { help: 'Its tag Name.' },
  },
  metrics: { aws_ec2_info: { type: 'gauge', unit: 'none', help: 'Always 1; the labels tell.' } },
  seriesLimit: 5000,
});

/** What AWS is going to do with an instance. */
export const ec2EventDataset = defineDataset({
  name: 'aws_ec2_event',
  kind: 'gauge',
  help: 'Events that AWS has scheduled for an instance.',
  dimensions: {
    ...INSTANCE_DIMENSIONS,
    event: {
      help: 'instance-reboot, system-reboot, system-maintenance, instance-retirement or instance-stop.',
    },
  },
  metrics: {
    aws_ec2_scheduled_event_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When it begins at the earliest.',
    },
  },
  seriesLimit: 5000,
});

/** How many there are. */
export const ec2CountDataset = defineDataset({
  name: 'aws_ec2_count',
  kind: 'gauge',
  help: 'EC2 instances of a region by type and state.',
  dimensions: {
    ...ACCOUNT_DIMENSIONS,
    instance_type: { help: 'Type: t2.medium.' },
    instance_state: { help: 'pending, running, stopping, stopped or shutting-down.' },
  },
  metrics: { aws_ec2_instances: { type: 'gauge', unit: 'none', help: 'Instances of the type and state.' } },
});

/** CPU credits of burstable instances. */
export const ec2CreditDataset = defineDataset({
  name: 'aws_ec2_credits',
  kind: 'gauge',
  help: 'CPU credits of running T2, T3 and T4g instances, from CloudWatch: 5 to 10 minutes old.',
  dimensions: INSTANCE_DIMENSIONS,
  metrics: {
    aws_ec2_cpu_credit_balance: {
      type: 'gauge',
      unit: 'none',
      help: 'Credits left; one is a vCPU at full speed for a minute.',
    },
    aws_ec2_cpu_surplus_credit_balance: {
      type: 'gauge',
      unit: 'none',
      help: 'Credits spent in unlimited mode beyond the balance and not earned back yet.',
    },
    aws_ec2_cpu_surplus_credits_charged: {
      type: 'gauge',
      unit: 'none',
      help: 'Surplus credits that cost money, in the last 5 minutes.',
    },
    aws_ec2_cpu_utilization_ratio: { type: 'gauge', unit: 'ratio', help: 'Use of all vCPUs.' },
    aws_ec2_cpu_baseline_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'Use of all vCPUs that earns as much as it spends: 0.2 for a t2.medium.',
    },
    aws_ec2_cpu_credits_empty_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Until the balance is gone at the present use; absent while it does not fall.',
    },
    aws_ec2_cpu_credits_unlimited: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the instance is in unlimited mode: without credits it is not throttled, it costs.',
    },
  },
  seriesLimit: 10_000,
});
