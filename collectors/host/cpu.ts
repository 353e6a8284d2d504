import { containerCpuDataset } from './container-schema.ts';
import type { HostFiles } from './host-files.ts';
import type { Question, Row } from './host-poll.ts';
import { nodeCpuDataset, nodeSystemDataset } from './node-schema.ts';
import { parseKeyed } from './parse-keyed.ts';
import { countOf, decimalOf, wordsOf } from './parse-number.ts';
import { parseStat, type KernelStat } from './parse-stat.ts';
import { pressureRows, readPressure } from './pressure.ts';
import { pressureDataset } from './schema.ts';

/** Eight series for each processor; of more processors than this only their sum is told. */
const MOST_CPUS = 64;

export const cpuQuestion: Question = {
  name: 'host/cpu',
  datasets: [nodeCpuDataset, nodeSystemDataset, containerCpuDataset, pressureDataset],
  machine: readMachine,
  container: readContainer,
};

async function readMachine(files: HostFiles): Promise<readonly Row[]> {
  const stat = parseStat(await files.need('proc/stat'), 'proc/stat');
  const pressure = await readPressure(files, 'proc/pressure/cpu');
  const system: Row = {
    dataset: nodeSystemDataset,
    dimensions: {},
    values: {
      ...(await readLoad(files)),
      node_boot_time_seconds: stat.bootTime,
      node_context_switches_total: stat.contextSwitches,
      node_forks_total: stat.forks,
      node_procs_running: stat.running,
      node_procs_blocked: stat.blocked,
      node_pressure_cpu_waiting_seconds_total: pressure.some?.seconds,
    },
  };
  return [...cpuRows(stat), system, ...pressureRows('cpu', pressure)];
}

function cpuRows({ all, cpus }: KernelStat): Row[] {
  const shown = cpus.size > MOST_CPUS ? [['all', all] as const] : [...cpus];
  return shown.flatMap(([cpu, times]) =>
    Object.entries(times).map(([mode, seconds]) => ({
      dataset: nodeCpuDataset,
      dimensions: { cpu, mode },
      values: { node_cpu_seconds_total: seconds },
    })),
  );
}

async function readLoad(files: HostFiles): Promise<Row['values']> {
  const path = 'proc/loadavg';
  const text = await files.text(path);
  if (text === undefined) return {};
  const [one, five, fifteen] = wordsOf(text);
  return {
    node_load1: decimalOf(one, path),
    node_load5: decimalOf(five, path),
    node_load15: decimalOf(fifteen, path),
  };
}

async function readContainer(files: HostFiles, cgroup: string): Promise<readonly Row[]> {
  const path = `${cgroup}/cpu.stat`;
  const stat = parseKeyed(await files.need(path), path);
  const pressure = await readPressure(files, `${cgroup}/cpu.pressure`);
  const seconds = (key: string): number | undefined => {
    const microseconds = stat.get(key);
    return microseconds === undefined ? undefined : microseconds / 1e6;
  };
  const cpu: Row = {
    dataset: containerCpuDataset,
    dimensions: {},
    values: {
      container_cpu_usage_seconds_total: seconds('usage_usec'),
      container_cpu_user_seconds_total: seconds('user_usec'),
      container_cpu_system_seconds_total: seconds('system_usec'),
      container_cpu_cfs_periods_total: stat.get('nr_periods'),
      container_cpu_cfs_throttled_periods_total: stat.get('nr_throttled'),
      container_cpu_cfs_throttled_seconds_total: seconds('throttled_usec'),
      container_pressure_cpu_waiting_seconds_total: pressure.some?.seconds,
      container_pressure_cpu_stalled_seconds_total: pressure.full?.seconds,
      ...(await readLimit(files, `${cgroup}/cpu.max`)),
    },
  };
  return [cpu, ...pressureRows('cpu', pressure)];
}

/** `max 100000` or `150000 100000`: µs that may be used, µs of the period. */
async function readLimit(files: HostFiles, path: string): Promise<Row['values']> {
  const text = await files.text(path);
  if (text === undefined) return {};
  const [quota, period] = wordsOf(text);
  return {
    container_spec_cpu_quota: quota === 'max' ? undefined : countOf(quota, path),
    container_spec_cpu_period: countOf(period, path),
  };
}
