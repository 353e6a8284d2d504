import { containerTasksDataset } from './container-schema.ts';
import type { HostFiles } from './host-files.ts';
import type { Question, Row } from './host-poll.ts';
import { filesDataset } from './node-schema.ts';
import { countOf, limitOf, wordsOf } from './parse-number.ts';

const FILE_NR = 'proc/sys/fs/file-nr';

export const filesQuestion: Question = {
  name: 'host/files',
  datasets: [filesDataset, containerTasksDataset],
  machine: async (files) => [await descriptors(files, await machineThreads(files))],
  container: async (files, cgroup) => [
    await descriptors(files, {}),
    ...(await containerThreads(files, cgroup)),
  ],
};

/** `20480 0 9223372036854775807`: allocated, free (always 0), maximum. Source: proc_sys_fs(5). */
async function descriptors(files: HostFiles, threads: Row['values']): Promise<Row> {
  const [allocated, , maximum] = wordsOf(await files.need(FILE_NR));
  return {
    dataset: filesDataset,
    dimensions: {},
    values: {
      node_filefd_allocated: countOf(allocated, FILE_NR),
      node_filefd_maximum: countOf(maximum, FILE_NR),
      ...threads,
    },
  };
}

/** The fourth word of /proc/loadavg is `running/threads`. */
async function machineThreads(files: HostFiles): Promise<Row['values']> {
  const load = await files.text('proc/loadavg');
  const most = await files.text('proc/sys/kernel/threads-max');
  return {
    node_processes_threads:
      load === undefined ? undefined : countOf(wordsOf(load)[3]?.split('/')[1], 'proc/loadavg'),
    node_processes_max_threads: most === undefined ? undefined : countOf(most.trim(), 'threads-max'),
  };
}

async function containerThreads(files: HostFiles, cgroup: string): Promise<Row[]> {
  const path = `${cgroup}/pids`;
  const current = await files.text(`${path}.current`);
  if (current === undefined) return [];
  const most = await files.text(`${path}.max`);
  const values = {
    container_threads: countOf(current.trim(), path),
    container_threads_max: most === undefined ? undefined : limitOf(most, path),
  };
  return [{ dataset: containerTasksDataset, dimensions: {}, values }];
}
