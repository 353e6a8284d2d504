import type { RollupCounts } from './fault-store.ts';

const STREAM = 'metrics-octopus.web_request';

/** Adds up what rollups of web requests say. */
export class Rollups {
  #isExpected = false;
  #documents = 0;
  #requests = 0;

  /** Undefined while there is no template for them: the agent makes none. */
  get counts(): RollupCounts | undefined {
    return this.#isExpected ? { documents: this.#documents, requests: this.#requests } : undefined;
  }

  /** The id that a time-series index makes: its time and all that is text. */
  idOf(document: string): string {
    const fields = Object.entries(JSON.parse(document)).filter(([, value]) => typeof value === 'string');
    return JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  noteTemplate(name: string): void {
    this.#isExpected ||= name.startsWith(STREAM);
  }

  /** Takes a document that was stored for the first time. */
  add(stream: string, document: string): void {
    if (!stream.startsWith(STREAM)) return;
    const { count }: { count: number } = JSON.parse(document);
    this.#documents++;
    this.#requests += count;
  }
}
