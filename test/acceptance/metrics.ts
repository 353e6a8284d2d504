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
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`, {
    signal: AbortSignal.timeout(5000),
  });
  const { data }: VectorAnswer = JSON.parse(await response.text());
  return new Map(data.result.map(({ metric, value }) => [metric[by] ?? '', Number(value[1])]));
}

interface VectorAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}
