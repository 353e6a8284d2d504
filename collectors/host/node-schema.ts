import { defineDataset } from '../../src/model/dataset.ts';
import { counter, gauge, instance } from './metric.ts';

/** Names and labels are those of node_exporter 1.x; README.md says which could not be kept. */
export const nodeCpuDataset = defineDataset({
  name: 'host_cpu',
  kind: 'gauge',
  help: 'Time that the processors of a machine spent, from /proc/stat.',
  dimensions: {
    instance,
    cpu: { help: 'Number of the processor; `all` for their sum on machines with more than 64.' },
    mode: { help: 'user, nice, system, idle, iowait, irq, softirq or steal.' },
  },
  metrics: { node_cpu_seconds_total: counter('Time spent in the mode.', 'seconds') },
});

export const nodeSystemDataset = defineDataset({
  name: 'host_system',
  kind: 'gauge',
  help: 'Load, processes and stalls of a machine, from /proc/stat, /proc/loadavg and /proc/pressure/cpu.',
  dimensions: { instance },
  metrics: {
    node_load1: gauge('Average of runnable and blocked tasks over 1 min.'),
    node_load5: gauge('Average of runnable and blocked tasks over 5 min.'),
    node_load15: gauge('Average of runnable and blocked tasks over 15 min.'),
    node_boot_time_seconds: gauge('When the machine was started, s since the epoch.', 'seconds'),
    node_context_switches_total: counter('Switches from one task to another.'),
    node_forks_total: counter('Processes and threads that were begun.'),
    node_procs_running: gauge('Tasks that run or could run.'),
    node_procs_blocked: gauge('Tasks that wait for a disk.'),
    node_pressure_cpu_waiting_seconds_total: counter(
      'Time in which at least one task waited for a processor; absent where the kernel does not count it.',
      'seconds',
    ),
  },
});

export const nodeMemoryDataset = defineDataset({
  name: 'host_memory',
  kind: 'gauge',
  help: 'Memory of a machine, from /proc/meminfo, /proc/vmstat and /proc/pressure/memory.',
  dimensions: { instance },
  metrics: {
    node_memory_mem_total_bytes: gauge('Memory there is (MemTotal).', 'bytes'),
    node_memory_mem_free_bytes: gauge('Memory that nothing uses (MemFree).', 'bytes'),
    node_memory_mem_available_bytes: gauge(
      'Memory that programs can have without swapping (MemAvailable).',
      'bytes',
    ),
    node_memory_buffers_bytes: gauge('Cache of block devices (Buffers).', 'bytes'),
    node_memory_cached_bytes: gauge('Cache of files (Cached).', 'bytes'),
    node_memory_sreclaimable_bytes: gauge('Kernel caches that can be given back (SReclaimable).', 'bytes'),
    node_memory_shmem_bytes: gauge('Shared memory and tmpfs (Shmem).', 'bytes'),
    node_memory_dirty_bytes: gauge('What waits to be written to disk (Dirty).', 'bytes'),
    node_memory_swap_total_bytes: gauge('Swap there is (SwapTotal).', 'bytes'),
    node_memory_swap_free_bytes: gauge('Swap that nothing uses (SwapFree).', 'bytes'),
    node_vmstat_oom_kill_total: counter('Processes that the kernel killed for want of memory.'),
    node_vmstat_pgmajfault_total: counter('Page faults that had to read a disk.'),
    node_pressure_memory_waiting_seconds_total: counter(
      'Time in which at least one task waited for memory; absent where the kernel does not count it.',
      'seconds',
    ),
    node_pressure_memory_stalled_seconds_total: counter(
      'Time in which all tasks waited for memory; absent where the kernel does not count it.',
      'seconds',
    ),
  },
});

export const filesystemDataset = defineDataset({
  name: 'host_filesystem',
  kind: 'gauge',
  help: 'Room of the file systems that a machine, or a container, has mounted, by statfs.',
  dimensions: {
    instance,
    device: { help: 'What is mounted: `/dev/vda1`, `nas:/octopus`.' },
    mountpoint: { help: 'Where it is mounted.' },
    fstype: { help: 'Kind of the file system.' },
  },
  metrics: {
    node_filesystem_size_bytes: gauge('Size of the file system.', 'bytes'),
    node_filesystem_free_bytes: gauge('Room, with what is kept for root.', 'bytes'),
    node_filesystem_avail_bytes: gauge('Room for everybody.', 'bytes'),
    node_filesystem_files: gauge('Inodes there can be; absent where they are not counted.'),
    node_filesystem_files_free: gauge('Inodes that are free; absent where they are not counted.'),
    node_filesystem_readonly: gauge('Whether it is mounted read-only.'),
    node_filesystem_device_error: gauge('Whether it does not say how much room it has.'),
  },
});

export const nodeDiskDataset = defineDataset({
  name: 'host_disk',
  kind: 'gauge',
  help: 'What disks of a machine did, from /proc/diskstats.',
  dimensions: { instance, device: { help: 'Name of the block device, without partitions.' } },
  metrics: {
    node_disk_reads_completed_total: counter('Reads that ended.'),
    node_disk_read_bytes_total: counter('Bytes read.', 'bytes'),
    node_disk_read_time_seconds_total: counter('Sum of the times of all reads.', 'seconds'),
    node_disk_writes_completed_total: counter('Writes that ended.'),
    node_disk_written_bytes_total: counter('Bytes written.', 'bytes'),
    node_disk_write_time_seconds_total: counter('Sum of the times of all writes.', 'seconds'),
    node_disk_io_now: gauge('Reads and writes that go on.'),
    node_disk_io_time_seconds_total: counter('Time in which anything went on.', 'seconds'),
    node_disk_io_time_weighted_seconds_total: counter(
      'Time in which anything went on, by the number of it.',
      'seconds',
    ),
  },
});

export const nodeIoPressureDataset = defineDataset({
  name: 'host_io_pressure',
  kind: 'gauge',
  help: 'Stalls of a machine for want of its disks, from /proc/pressure/io.',
  dimensions: { instance },
  metrics: {
    node_pressure_io_waiting_seconds_total: counter(
      'Time in which at least one task waited for a disk; absent where the kernel does not count it.',
      'seconds',
    ),
    node_pressure_io_stalled_seconds_total: counter(
      'Time in which all tasks waited for a disk; absent where the kernel does not count it.',
      'seconds',
    ),
  },
});

export const nodeNetworkDataset = defineDataset({
  name: 'host_network',
  kind: 'gauge',
  help: 'Traffic of the network interfaces of a machine, from /proc/net/dev.',
  dimensions: {
    instance,
    device: { help: 'Name of the interface; those made for containers are left out.' },
  },
  metrics: {
    node_network_receive_bytes_total: counter('Bytes received.', 'bytes'),
    node_network_receive_packets_total: counter('Packets received.'),
    node_network_receive_errs_total: counter('Received packets with errors.'),
    node_network_receive_drop_total: counter('Received packets that were dropped.'),
    node_network_transmit_bytes_total: counter('Bytes sent.', 'bytes'),
    node_network_transmit_packets_total: counter('Packets sent.'),
    node_network_transmit_errs_total: counter('Packets that could not be sent.'),
    node_network_transmit_drop_total: counter('Packets that were dropped instead of sent.'),
  },
});

export const conntrackDataset = defineDataset({
  name: 'host_conntrack',
  kind: 'gauge',
  help: 'Connections that the firewall of the network namespace keeps in mind.',
  dimensions: { instance },
  metrics: {
    node_nf_conntrack_entries: gauge('Connections in the table.'),
    node_nf_conntrack_entries_limit: gauge('Connections that the table has room for.'),
  },
});

export const filesDataset = defineDataset({
  name: 'host_files',
  kind: 'gauge',
  help: 'Open files, and threads, of a machine; in a container those of the machine below it.',
  dimensions: { instance },
  metrics: {
    node_filefd_allocated: gauge('Open file descriptors of all processes.'),
    node_filefd_maximum: gauge('File descriptors that the kernel allows.'),
    node_processes_threads: gauge('Threads of all processes; of a machine only.'),
    node_processes_max_threads: gauge('Threads that the kernel allows; of a machine only.'),
  },
});
