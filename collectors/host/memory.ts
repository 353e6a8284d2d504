import { Failure } from '../../src/model/failure.ts';
import { containerMemoryDataset } from './container-schema.ts';
import type { HostFiles } from './host-files.ts';
import type { Question, Row } from './host-poll.ts';
import { nodeMemoryDataset } from './node-schema.ts';
import { parseKeyed, parseMeminfo } from './parse-keyed.ts';
import { countOf, limitOf } from './parse-number.ts';
import { pressureRows, readPressure } from './pressure.ts';
import { pressureDataset } from './schema.ts';

export const memoryQuestion: Question = {
  name: 'host/memory',
  datasets: [nodeMemoryDataset, containerMemoryDataset, pressureDataset],
  machine: readMachine,
  container: readContainer,
};

async function readMachine(files: HostFiles): Promise<readonly Row[]> {
  const memory = parseMeminfo(await files.need('proc/meminfo'), 'proc/meminfo');
  if (!memory.has('MemTotal')) throw new Failure('malformed', 'proc/meminfo: expected MemTotal, found none');
  const vmstat = await readKeyed(files, 'proc/vmstat');
  const pressure = await readPressure(files, 'proc/pressure/memory');
  const row: Row = {
    dataset: nodeMemoryDataset,
    dimensions: {},
    values: {
      node_memory_mem_total_bytes: memory.get('MemTotal'),
      node_memory_mem_free_bytes: memory.get('MemFree'),
      node_memory_mem_available_bytes: memory.get('MemAvailable'),
      node_memory_buffers_bytes: memory.get('Buffers'),
      node_memory_cached_bytes: memory.get('Cached'),
      node_memory_sreclaimable_bytes: memory.get('SReclaimable'),
      node_memory_shmem_bytes: memory.get('Shmem'),
      node_memory_dirty_bytes: memory.get('Dirty'),
      node_memory_swap_total_bytes: memory.get('SwapTotal'),
      node_memory_swap_free_bytes: memory.get('SwapFree'),
      node_vmstat_oom_kill_total: vmstat.get('oom_kill'),
      node_vmstat_pgmajfault_total: vmstat.get('pgmajfault'),
      node_pressure_memory_waiting_seconds_total: pressure.some?.seconds,
      node_pressure_memory_stalled_seconds_total: pressure.full?.seconds,
    },
  };
  return [row, ...pressureRows('memory', pressure)];
}

async function readContainer(files: HostFiles, cgroup: string): Promise<readonly Row[]> {
  const at = (name: string): string => `${cgroup}/memory.${name}`;
  const usage = countOf((await files.need(at('current'))).trim(), at('current'));
  const stat = await readKeyed(files, at('stat'));
  const events = await readKeyed(files, at('events'));
  const pressure = await readPressure(files, at('pressure'));
  const inactive = stat.get('inactive_file');
  const row: Row = {
    dataset: containerMemoryDataset,
    dimensions: {},
    values: {
      container_memory_usage_bytes: usage,
      // As cAdvisor has it: two files are read one after the other, so it could be below zero.
      container_memory_working_set_bytes: inactive === undefined ? undefined : Math.max(0, usage - inactive),
      container_memory_max_usage_bytes: await readLimit(files, at('peak')),
      container_memory_rss: stat.get('anon'),
      container_memory_cache: stat.get('file'),
      container_memory_mapped_file: stat.get('file_mapped'),
      container_memory_swap: await readLimit(files, at('swap.current')),
      container_spec_memory_limit_bytes: await readLimit(files, at('max')),
      container_spec_memory_high_bytes: await readLimit(files, at('high')),
      container_oom_events_total: events.get('oom_kill'),
      container_memory_limit_events_total: events.get('max'),
      container_pressure_memory_waiting_seconds_total: pressure.some?.seconds,
      container_pressure_memory_stalled_seconds_total: pressure.full?.seconds,
    },
  };
  return [row, ...pressureRows('memory', pressure)];
}

async function readKeyed(files: HostFiles, path: string): Promise<ReadonlyMap<string, number>> {
  return parseKeyed((await files.text(path)) ?? '', path);
}

async function readLimit(files: HostFiles, path: string): Promise<number | undefined> {
  const text = await files.text(path);
  return text === undefined ? undefined : limitOf(text, path);
}
