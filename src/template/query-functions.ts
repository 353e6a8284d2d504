import type { Labels } from '../model/labels.ts';
import { textOf } from './arguments.ts';
import type { TemplateFunctions } from './functions.ts';
import type { TemplateValue } from './value.ts';

/** One element of a query's result, as `{{range query "…"}}{{.Labels.tenant}} {{.Value}}{{end}}` sees it. */
export class QuerySample {
  readonly Labels: Labels;
  readonly Value: number;

  constructor(labels: Labels, value: number) {
    this.Labels = labels;
    this.Value = value;
  }

  /** For comparison as a template value. */
  readonly [field: string]: TemplateValue;
}

/** Prometheus's functions over query results: `query`, `first`, `value`, `label`, `strvalue`, `sortByLabel`. */
export function createQueryFunctions(
  query: (expression: string) => readonly QuerySample[],
): TemplateFunctions {
  return {
    query: (expression) => [...query(textOf(expression))],
    first: (samples) => {
      const [first] = samplesOf(samples);
      if (first === undefined) throw new Error('the query has no result');
      return first;
    },
    value: (sample) => sampleOf(sample).Value,
    label: (name, sample) => sampleOf(sample).Labels[textOf(name)] ?? '',
    strvalue: (sample) => sampleOf(sample).Labels['__value__'] ?? '',
    sortByLabel: (name, samples) => {
      const key = textOf(name);
      return samplesOf(samples).toSorted((a, b) => compare(a.Labels[key] ?? '', b.Labels[key] ?? ''));
    },
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function samplesOf(value: TemplateValue): readonly QuerySample[] {
  if (!Array.isArray(value)) throw new Error('needs the result of a query');
  return value.map(sampleOf);
}

function sampleOf(value: TemplateValue): QuerySample {
  if (value instanceof QuerySample) return value;
  throw new Error('needs an element of the result of a query');
}
