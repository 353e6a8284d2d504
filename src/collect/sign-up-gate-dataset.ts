import { defineDataset } from '../model/dataset.ts';

/** Whether sign-ups are open, as the agent decided it. */
export const signUpGateDataset = defineDataset({
  name: 'sign_up_gate',
  kind: 'gauge',
  help: 'The gate that pauses sign-ups when few more tenants fit.',
  dimensions: {
    reason: { help: 'Why it is closed: tenants_left or unknown; absent while it is open.' },
    quota: { help: 'The binding quota when it was closed; absent while it is open.' },
  },
  metrics: {
    capacity_sign_up_gate_open: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether sign-ups are open (1) or paused (0), as the agent decided it.',
    },
    capacity_sign_up_gate_unheard: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the receiver has not yet accepted the last change (1).',
    },
    capacity_sign_up_gate_changed_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When it was last opened or closed; absent when it never was.',
    },
  },
});
