import { containerNetworkDataset } from './container-schema.ts';
import type { HostFiles } from './host-files.ts';
import type { Question, Row } from './host-poll.ts';
import { conntrackDataset, nodeNetworkDataset } from './node-schema.ts';
import { parseNetDev, type InterfaceStat } from './parse-devices.ts';
import { countOf } from './parse-number.ts';
import { processOf } from './scope.ts';

/** The machine's ends of what containers have, as Docker and the networks of Kubernetes name them: two for each pod. */
const OF_CONTAINERS = /^(veth|cali|lxc|cilium|tap|azv|eni[0-9a-f]{11}|gke[0-9a-f]|vnet)/;
const CONNTRACK = 'proc/sys/net/netfilter/nf_conntrack';

export const networkQuestion: Question = {
  name: 'host/network',
  datasets: [nodeNetworkDataset, containerNetworkDataset, conntrackDataset],
  machine: async (files) => [
    ...(await readInterfaces(files)).filter(({ device }) => !OF_CONTAINERS.test(device)).map(nodeRow),
    ...(await readConntrack(files)),
  ],
  container: async (files) => [
    ...(await readInterfaces(files)).map(containerRow),
    ...(await readConntrack(files)),
  ],
};

async function readInterfaces(files: HostFiles): Promise<InterfaceStat[]> {
  const path = `${processOf(files)}/net/dev`;
  return parseNetDev(await files.need(path), path);
}

function nodeRow({ device, received, sent }: InterfaceStat): Row {
  return {
    dataset: nodeNetworkDataset,
    dimensions: { device },
    values: {
      node_network_receive_bytes_total: received.bytes,
      node_network_receive_packets_total: received.packets,
      node_network_receive_errs_total: received.errors,
      node_network_receive_drop_total: received.dropped,
      node_network_transmit_bytes_total: sent.bytes,
      node_network_transmit_packets_total: sent.packets,
      node_network_transmit_errs_total: sent.errors,
      node_network_transmit_drop_total: sent.dropped,
    },
  };
}

function containerRow({ device, received, sent }: InterfaceStat): Row {
  return {
    dataset: containerNetworkDataset,
    dimensions: { interface: device },
    values: {
      container_network_receive_bytes_total: received.bytes,
      container_network_receive_packets_total: received.packets,
      container_network_receive_errors_total: received.errors,
      container_network_receive_packets_dropped_total: received.dropped,
      container_network_transmit_bytes_total: sent.bytes,
      container_network_transmit_packets_total: sent.packets,
      container_network_transmit_errors_total: sent.errors,
      container_network_transmit_packets_dropped_total: sent.dropped,
    },
  };
}

/** Nothing where no firewall follows connections. */
async function readConntrack(files: HostFiles): Promise<Row[]> {
  const entries = await files.text(`${CONNTRACK}_count`);
  const limit = await files.text(`${CONNTRACK}_max`);
  if (entries === undefined || limit === undefined) return [];
  const values = {
    node_nf_conntrack_entries: countOf(entries.trim(), CONNTRACK),
    node_nf_conntrack_entries_limit: countOf(limit.trim(), CONNTRACK),
  };
  return [{ dataset: conntrackDataset, dimensions: {}, values }];
}
