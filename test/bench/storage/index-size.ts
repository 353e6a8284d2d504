import { setTimeout as sleep } from 'node:timers/promises';

const LEASE_DEADLINE_MS = 120_000;

interface Shard {
  readonly retention_leases: { readonly leases: readonly { readonly retaining_seq_no: number }[] };
}

/** A request to the server, its answer as JSON. @throws Error with the answer's text */
export async function ask(url: string, method: string, path: string, body?: object): Promise<unknown> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(300_000);
  const response = await fetch(`${url}/${path}`, { method, headers, signal, ...json });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** Bytes of an index or stream on disk, merged into one segment. */
export async function mergedBytes(url: string, index: string): Promise<number> {
  await ask(url, 'POST', `${index}/_forcemerge?max_num_segments=1&flush=true`);
  for (let before = -1; ; await sleep(500)) {
    await ask(url, 'POST', `${index}/_refresh`);
    const { _all: all } = (await ask(url, 'GET', `${index}/_stats/store,segments`)) as {
      _all: { primaries: { store: { size_in_bytes: number }; segments: { count: number } } };
    };
    const { store, segments } = all.primaries;
    if (segments.count === 1 && store.size_in_bytes === before) return before;
    before = store.size_in_bytes;
  }
}

/**
 * Lets the server forget what it keeps of each operation for replicas that come back (12 h by default), as merges do in
 * the life of an index; call it before the last documents, as an index of one segment is not merged again.
 */
export async function forgetHistory(url: string, index: string): Promise<void> {
  await ask(url, 'PUT', `${index}/_settings`, { 'index.soft_deletes.retention_lease.period': '1s' });
  await ask(url, 'POST', `${index}/_flush`);
  const written = await countOf(url, index);
  for (const deadline = Date.now() + LEASE_DEADLINE_MS; Date.now() < deadline; await sleep(1000)) {
    const { indices } = (await ask(url, 'GET', `${index}/_stats/docs?level=shards`)) as {
      indices: Record<string, { shards: Record<string, readonly Shard[]> }>;
    };
    const shards = Object.values(indices).flatMap((own) => Object.values(own.shards).flat());
    const leases = shards.flatMap((shard) => shard.retention_leases.leases);
    if (leases.every((lease) => lease.retaining_seq_no >= written)) return;
  }
  console.log('the server keeps its history: about 1 byte an event more than after 12 hours');
}

/** Documents of an index or stream. */
export async function countOf(url: string, index: string): Promise<number> {
  await ask(url, 'POST', `${index}/_refresh`);
  return ((await ask(url, 'GET', `${index}/_count`)) as { count: number }).count;
}

/** The sum of a numeric field over an index or stream. */
export async function sumOf(url: string, index: string, field: string): Promise<number> {
  await ask(url, 'POST', `${index}/_refresh`);
  const query = { size: 0, aggs: { sum: { sum: { field } } } };
  const answer = (await ask(url, 'POST', `${index}/_search`, query)) as {
    aggregations: { sum: { value: number } };
  };
  return answer.aggregations.sum.value;
}
