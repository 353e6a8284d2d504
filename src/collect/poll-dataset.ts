import { defineDataset } from '../model/dataset.ts';

/** The agent's own dataset: how each poll of each target went. */
export const pollDataset = defineDataset({
  name: 'poll',
  kind: 'gauge',
  help: 'Polls as the agent ran them.',
  dimensions: {
    collector: { help: 'What was asked: octopus-api/ping, kubernetes/pods …' },
    place: { help: 'What tenants share and was polled: a cluster, an account …; absent for an instance.' },
  },
  metrics: {
    octowatch_poll_success: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the last poll could read (1). A probe without an answer has read that there is none.',
    },
  },
});
