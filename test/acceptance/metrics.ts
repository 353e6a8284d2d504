/** Samples of Prometheus text by series as written: `name{label="value"}`. */
export async function metricsOf(url: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5000) });
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/** The values of an expression by the label `by`. */
export async function query(
  url: string,
  expression: string,
  by = 'tenant',
): Promise<ReadonlyMap<string, number>> {
  const elements = await vector(url, expression);
  return new Map(elements.map(({ labels, value }) => [labels[by] ?? '', value]));
}

/** The elements of an expression's answer. */
export async function vector(url: string, expression: string): Promise<VectorElement[]> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`, {
    signal: AbortSignal.timeout(5000),
  });
  const { data }: VectorAnswer = JSON.parse(await response.text());
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

export interface VectorElement {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface VectorAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}
