import { defineDataset } from '../../src/model/dataset.ts';
import { ACCOUNT_DIMENSIONS } from './dimensions.ts';

/** The launch ledger: what no API of AWS tells. */
export const launchDataset = defineDataset({
  name: 'aws_launches',
  kind: 'gauge',
  help: 'Launches and starts of T2 instances in standard mode, of an account and region in the last 24 h.',
  dimensions: ACCOUNT_DIMENSIONS,
  metrics: {
    aws_t2_launches: {
      type: 'gauge',
      unit: 'none',
      help: 'Launches and starts of T2 instances in standard mode in the last 24 h, each once.',
    },
    aws_t2_launches_without_credits: {
      type: 'gauge',
      unit: 'none',
      help: 'Those of them that got no launch credits: as their first balance shows, else as no slot was free.',
    },
    aws_t2_launch_next_slot_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When there will be one more free slot than now; absent while none is taken.',
    },
    aws_t2_launch_limit_learned: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the limit was learned from launches without credits (1), or is the documented one (0).',
    },
    aws_t2_launches_reconciled_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'Until when CloudTrail was read into the ledger; absent while it never was in full.',
    },
  },
});
