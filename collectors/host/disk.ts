import { containerDiskDataset, containerIoPressureDataset } from './container-schema.ts';
import { createFileSystems } from './file-systems.ts';
import type { HostFiles } from './host-files.ts';
import type { Question, Row } from './host-poll.ts';
import { filesystemDataset, nodeDiskDataset, nodeIoPressureDataset } from './node-schema.ts';
import { parseDiskstats, parseIoStat, type DiskStat } from './parse-devices.ts';
import { pressureRows, readPressure } from './pressure.ts';
import { pressureDataset } from './schema.ts';

/** Partitions, and what is made of memory and files: as node_exporter has it. */
const NO_DISK = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;

/** @returns the question; it remembers which file systems have not answered yet */
export function createDiskQuestion(): Question {
  const readFileSystems = createFileSystems();
  return {
    name: 'host/disk',
    datasets: [
      filesystemDataset,
      nodeDiskDataset,
      nodeIoPressureDataset,
      containerDiskDataset,
      containerIoPressureDataset,
      pressureDataset,
    ],
    machine: async (files, clock) => [
      ...(await readDisks(files)).filter(({ device }) => !NO_DISK.test(device)).map(diskRow),
      ...(await machinePressure(files)),
      ...(await readFileSystems(files, clock)),
    ],
    container: async (files, cgroup, clock) => [
      ...(await containerDisks(files, cgroup)),
      ...(await containerPressure(files, cgroup)),
      ...(await readFileSystems(files, clock)),
    ],
  };
}

async function readDisks(files: HostFiles): Promise<DiskStat[]> {
  const text = await files.text('proc/diskstats');
  return text === undefined ? [] : parseDiskstats(text, 'proc/diskstats');
}

function diskRow(disk: DiskStat): Row {
  return {
    dataset: nodeDiskDataset,
    dimensions: { device: disk.device },
    values: {
      node_disk_reads_completed_total: disk.reads,
      node_disk_read_bytes_total: disk.readBytes,
      node_disk_read_time_seconds_total: disk.readSeconds,
      node_disk_writes_completed_total: disk.writes,
      node_disk_written_bytes_total: disk.writtenBytes,
      node_disk_write_time_seconds_total: disk.writeSeconds,
      node_disk_io_now: disk.inFlight,
      node_disk_io_time_seconds_total: disk.busySeconds,
      node_disk_io_time_weighted_seconds_total: disk.weightedSeconds,
    },
  };
}

async function machinePressure(files: HostFiles): Promise<Row[]> {
  const pressure = await readPressure(files, 'proc/pressure/io');
  if (pressure.some === undefined) return [];
  const values = {
    node_pressure_io_waiting_seconds_total: pressure.some.seconds,
    node_pressure_io_stalled_seconds_total: pressure.full?.seconds,
  };
  return [{ dataset: nodeIoPressureDataset, dimensions: {}, values }, ...pressureRows('io', pressure)];
}

async function containerDisks(files: HostFiles, cgroup: string): Promise<Row[]> {
  const path = `${cgroup}/io.stat`;
  const stats = parseIoStat((await files.text(path)) ?? '', path);
  const names = new Map((await readDisks(files)).map(({ number, device }) => [number, `/dev/${device}`]));
  const used = [...stats].filter(([, stat]) => stat.size > 0);
  return used.map(([number, stat]) => ({
    dataset: containerDiskDataset,
    dimensions: { device: names.get(number) ?? number },
    values: {
      container_fs_reads_total: stat.get('rios'),
      container_fs_reads_bytes_total: stat.get('rbytes'),
      container_fs_writes_total: stat.get('wios'),
      container_fs_writes_bytes_total: stat.get('wbytes'),
    },
  }));
}

async function containerPressure(files: HostFiles, cgroup: string): Promise<Row[]> {
  const pressure = await readPressure(files, `${cgroup}/io.pressure`);
  if (pressure.some === undefined) return [];
  const values = {
    container_pressure_io_waiting_seconds_total: pressure.some.seconds,
    container_pressure_io_stalled_seconds_total: pressure.full?.seconds,
  };
  return [{ dataset: containerIoPressureDataset, dimensions: {}, values }, ...pressureRows('io', pressure)];
}
