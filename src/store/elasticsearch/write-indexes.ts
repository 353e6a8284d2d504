import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Connection } from './connection.ts';

const resolved = z.object({
  data_streams: z.array(z.object({ name: z.string(), backing_indices: z.array(z.string()) })),
});

/**
 * Which backing index each stream writes to, as far as it was asked. What is known may be old: that only means more
 * indexes to look in later.
 */
export class WriteIndexes {
  readonly #connection: Connection;
  readonly #namespace: string;
  #known: Readonly<Record<string, string>> = {};

  constructor(connection: Connection, namespace: string) {
    this.#connection = connection;
    this.#namespace = namespace;
  }

  /** Stream to write index. */
  get mark(): JsonObject {
    return this.#known;
  }

  /** Asks for all streams of ours; a credential that may not ask leaves it at what is known. @throws Failure */
  async learn(signal: AbortSignal): Promise<void> {
    const pattern = `logs-octopus.*-${this.#namespace},metrics-octopus.*-${this.#namespace}`;
    const streams = await this.#resolve(pattern, signal);
    if (streams === 'forbidden') return;
    for (const [stream, indexes] of streams) this.#note(stream, indexes);
  }

  /** The backing indexes of a stream, the write index last; none when it is no data stream. @throws Failure */
  async of(stream: string, signal: AbortSignal): Promise<readonly string[] | 'forbidden'> {
    const streams = await this.#resolve(stream, signal);
    if (streams === 'forbidden') return streams;
    const indexes = streams.get(stream) ?? [];
    this.#note(stream, indexes);
    return indexes;
  }

  /** `GET _resolve/index`: data streams come with their backing indexes in the order they were made. */
  async #resolve(names: string, signal: AbortSignal): Promise<Map<string, readonly string[]> | 'forbidden'> {
    try {
      const answer = await this.#connection.request({
        method: 'GET',
        path: `/_resolve/index/${names}`,
        signal,
      });
      const { data_streams: streams } = resolved.parse(answer);
      return new Map(streams.map(({ name, backing_indices: indexes }) => [name, indexes]));
    } catch (error) {
      if (error instanceof Failure && error.reason === 'not_found') return new Map();
      if (error instanceof Failure && error.reason === 'forbidden') return 'forbidden';
      throw error;
    }
  }

  #note(stream: string, indexes: readonly string[]): void {
    const index = indexes.at(-1);
    if (index === undefined || this.#known[stream] === index) return;
    this.#known = { ...this.#known, [stream]: index };
  }
}
