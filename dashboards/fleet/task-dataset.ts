import { octopusApiDatasets } from '../../collectors/octopus-api/schema.ts';

type TaskDataset = Extract<(typeof octopusApiDatasets)[number], { readonly name: 'task' }>;

/** How a task ends that failed. */
export const FAILED = ['Failed', 'TimedOut'] as const;

/** Finished tasks, whatever saw them end. */
export const taskDataset = find();

function find(): TaskDataset {
  const found = octopusApiDatasets.find((dataset): dataset is TaskDataset => dataset.name === 'task');
  if (found === undefined) throw new Error('the collector octopus-api has no dataset task');
  return found;
}
