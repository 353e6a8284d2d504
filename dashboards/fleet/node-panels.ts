import { nodeDataset } from '../../collectors/octopus-api/schema.ts';
import { COLOR, heading, stateTimeline, type Panel } from '../grafana/panel.ts';
import { ask } from '../grafana/query.ts';

/** What nodes are in. */
export const nodePanels: readonly Panel[] = [
  heading('Nodes'),
  stateTimeline({
    title: 'Nodes offline',
    description: 'What the cluster says of its nodes. Those that were offline come first.',
    unit: 'none',
    width: 12,
    states: { 0: { text: 'online', color: COLOR.healthy }, 1: { text: 'offline', color: COLOR.down } },
    queries: [
      ask(nodeDataset, 'octopus_node_offline', {
        read: 'max',
        of: 'octopus_node_offline',
        by: ['tenant', 'node'],
        top: 15,
        alias: '{{tenant}} {{node}}',
      }),
    ],
  }),
  stateTimeline({
    title: 'Nodes drained',
    description: 'A drained node takes no new tasks. Those that were drained come first.',
    unit: 'none',
    width: 12,
    states: {
      0: { text: 'takes tasks', color: COLOR.healthy },
      1: { text: 'drained', color: COLOR.degraded },
    },
    queries: [
      ask(nodeDataset, 'octopus_node_draining', {
        read: 'max',
        of: 'octopus_node_draining',
        by: ['tenant', 'node'],
        top: 15,
        alias: '{{tenant}} {{node}}',
      }),
    ],
  }),
];
