import type { LineCollector } from '../../src/collect/contract.ts';
import { taskDataset } from '../../src/octopus/task-dataset.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';
import { spanDataset } from './schema.ts';
import { TraceParser } from './trace-parser.ts';

/** Reads the server's trace files: requests, ended tasks, and spans that failed or were slow. */
export const otlpTrace: LineCollector = {
  name: 'otlp-trace',
  datasets: [webRequestDataset, taskDataset, spanDataset],
  createParser: ({ tenant }, isSource) =>
    new TraceParser({
      tenant,
      emits: {
        webRequest: isSource(webRequestDataset),
        task: isSource(taskDataset),
        span: isSource(spanDataset),
      },
    }),
};
