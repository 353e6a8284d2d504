import { readFile } from 'node:fs/promises';
import type { Client, ClientOptions } from '@elastic/elasticsearch';
import { Failure, messageOf } from '../../model/failure.ts';
import { BULK_SUCCESS } from './bulk-answer.ts';

export interface ConnectionOptions {
  /** Base URLs, at least one. */
  readonly nodes: readonly string[];
  readonly auth?: { readonly apiKey: string } | { readonly username: string; readonly password: string };
  /** PEM file of the authority that signed the servers' certificates. */
  readonly caFile?: string;
  /** ms a request may take. */
  readonly requestTimeoutMs: number;
}

/** The client library with what we ask of it. */
export interface LoadedClient {
  readonly client: Client;
  /** A node that did not answer in time is asked last for a while, as one that refuses connections is. */
  avoidNodeOf(error: unknown): void;
}

/** Loads the client library and makes a client. @throws Failure `invalid` when the CA file cannot be read */
export async function createClient(options: ConnectionOptions): Promise<LoadedClient> {
  const { nodes, auth, caFile, requestTimeoutMs } = options;
  const library = await import('@elastic/elasticsearch');
  /** A bulk answer in which all went well stays text: to parse its thousands of items costs more than to send them. */
  class AnswerSerializer extends library.Serializer {
    // The library leaves the type of an answer to its caller, and ours expects either.
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
    override deserialize<T = unknown>(text: string): T {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return text.startsWith(BULK_SUCCESS) ? (text as T) : super.deserialize<T>(text);
    }
  }
  const clientOptions: ClientOptions = {
    nodes: [...nodes],
    maxRetries: 0,
    requestTimeout: requestTimeoutMs,
    compression: false,
    Serializer: AnswerSerializer,
    ConnectionPool: library.ClusterConnectionPool,
    ...(auth === undefined ? {} : { auth }),
    ...(caFile === undefined ? {} : { tls: { ca: await readCertificate(caFile) } }),
  };
  const client = new library.Client(clientOptions);
  return {
    client,
    avoidNodeOf(error) {
      if (
        !(error instanceof library.errors.TimeoutError || error instanceof library.errors.RequestAbortedError)
      )
        return;
      // The error holds a redacted copy.
      const id = error.meta?.meta.connection?.id;
      const node = client.connectionPool.connections.find((other) => other.id === id);
      if (node !== undefined) client.connectionPool.markDead(node);
    },
  };
}

async function readCertificate(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Failure('invalid', `store.elasticsearch.ca_file: ${messageOf(error)}`, { cause: error });
  }
}
