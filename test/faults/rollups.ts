/** Adds up what rollups of web requests say. */
export class Rollups {
  /** Requests in all windows; undefined while there is no rollup. */
  total: number | undefined;

  /** The id that a time-series index makes: its time and all that is text. */
  idOf(document: string): string {
    const fields = Object.entries(JSON.parse(document)).filter(([, value]) => typeof value === 'string');
    return JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  add(stream: string, document: string): void {
    if (!stream.startsWith('metrics-octopus.web_request')) return;
    const { count }: { count?: unknown } = JSON.parse(document);
    if (typeof count === 'number') this.total = (this.total ?? 0) + count;
  }
}
