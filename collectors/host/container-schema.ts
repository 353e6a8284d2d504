import { defineDataset } from '../../src/model/dataset.ts';
import { counter, gauge, instance } from './metric.ts';

/** Names are those of cAdvisor, as the kubelet shows them, where it has one. */
export const containerCpuDataset = defineDataset({
  name: 'container_cpu',
  kind: 'gauge',
  help: 'CPU of the container, from cpu.stat, cpu.max and cpu.pressure of its cgroup.',
  dimensions: { instance },
  metrics: {
    container_cpu_usage_seconds_total: counter('Processor time used.', 'seconds'),
    container_cpu_user_seconds_total: counter('Processor time used by programs.', 'seconds'),
    container_cpu_system_seconds_total: counter('Processor time used by the kernel.', 'seconds'),
    container_cpu_cfs_periods_total: counter('Periods of the CPU limit in which anything ran.'),
    container_cpu_cfs_throttled_periods_total: counter('Periods in which the limit was reached.'),
    container_cpu_cfs_throttled_seconds_total: counter(
      'Time for which tasks stood still at the limit.',
      'seconds',
    ),
    container_spec_cpu_quota: gauge('Processor time per period, µs; absent where there is no limit.'),
    container_spec_cpu_period: gauge('Length of a period of the limit, µs.'),
    container_pressure_cpu_waiting_seconds_total: counter(
      'Time in which at least one task waited for a processor.',
      'seconds',
    ),
    container_pressure_cpu_stalled_seconds_total: counter(
      'Time in which all tasks waited for a processor.',
      'seconds',
    ),
  },
});

export const containerMemoryDataset = defineDataset({
  name: 'container_memory',
  kind: 'gauge',
  help: 'Memory of the container, from memory.* of its cgroup.',
  dimensions: { instance },
  metrics: {
    container_memory_usage_bytes: gauge('Memory in use, caches included.', 'bytes'),
    container_memory_working_set_bytes: gauge(
      'Memory in use without the file cache that was not touched lately: near the limit the kernel kills.',
      'bytes',
    ),
    container_memory_max_usage_bytes: gauge('Most memory that was ever in use.', 'bytes'),
    container_memory_rss: gauge('Memory of programs that is no file, bytes.'),
    container_memory_cache: gauge('File cache, bytes.'),
    container_memory_mapped_file: gauge('Files mapped into programs, bytes.'),
    container_memory_swap: gauge('Swap in use, bytes.'),
    container_spec_memory_limit_bytes: gauge(
      'Most memory it may have; absent where there is no limit.',
      'bytes',
    ),
    container_spec_memory_high_bytes: gauge(
      'Memory from which on it is slowed down; absent where there is no such limit.',
      'bytes',
    ),
    container_oom_events_total: counter(
      'Processes of the container that the kernel killed for want of memory.',
    ),
    container_memory_limit_events_total: counter('How often the limit was about to be passed.'),
    container_pressure_memory_waiting_seconds_total: counter(
      'Time in which at least one task waited for memory.',
      'seconds',
    ),
    container_pressure_memory_stalled_seconds_total: counter(
      'Time in which all tasks waited for memory.',
      'seconds',
    ),
  },
});

export const containerDiskDataset = defineDataset({
  name: 'container_disk',
  kind: 'gauge',
  help: 'What the container did on disks, from io.stat of its cgroup.',
  dimensions: { instance, device: { help: '`/dev/vda`, or the number of the device where it has no name.' } },
  metrics: {
    container_fs_reads_total: counter('Reads.'),
    container_fs_reads_bytes_total: counter('Bytes read.', 'bytes'),
    container_fs_writes_total: counter('Writes.'),
    container_fs_writes_bytes_total: counter('Bytes written.', 'bytes'),
  },
});

export const containerIoPressureDataset = defineDataset({
  name: 'container_io_pressure',
  kind: 'gauge',
  help: 'Stalls of the container for want of disks, from io.pressure of its cgroup.',
  dimensions: { instance },
  metrics: {
    container_pressure_io_waiting_seconds_total: counter(
      'Time in which at least one task waited for a disk.',
      'seconds',
    ),
    container_pressure_io_stalled_seconds_total: counter(
      'Time in which all tasks waited for a disk.',
      'seconds',
    ),
  },
});

export const containerNetworkDataset = defineDataset({
  name: 'container_network',
  kind: 'gauge',
  help: 'Traffic of the network namespace of the container (in Kubernetes: of its pod), from /proc/net/dev.',
  dimensions: { instance, interface: { help: 'Name of the interface.' } },
  metrics: {
    container_network_receive_bytes_total: counter('Bytes received.', 'bytes'),
    container_network_receive_packets_total: counter('Packets received.'),
    container_network_receive_errors_total: counter('Received packets with errors.'),
    container_network_receive_packets_dropped_total: counter('Received packets that were dropped.'),
    container_network_transmit_bytes_total: counter('Bytes sent.', 'bytes'),
    container_network_transmit_packets_total: counter('Packets sent.'),
    container_network_transmit_errors_total: counter('Packets that could not be sent.'),
    container_network_transmit_packets_dropped_total: counter('Packets that were dropped instead of sent.'),
  },
});

export const containerTasksDataset = defineDataset({
  name: 'container_tasks',
  kind: 'gauge',
  help: 'Threads of the container, from pids.* of its cgroup.',
  dimensions: { instance },
  metrics: {
    container_threads: gauge('Threads and processes.'),
    container_threads_max: gauge('Threads and processes there may be; absent where there is no limit.'),
  },
});
