import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { WebSources } from '../sources.ts';
import { serveWeb } from './web-fixture.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks `/api/v1/<path>` of a server with these sources; parameters are posted as a form where there are any. */
export async function askApi(
  t: TestContext,
  sources: Partial<WebSources>,
  path: string,
  form?: Readonly<Record<string, string | number>> | readonly (readonly [string, string])[],
): Promise<ApiAnswer> {
  const url = await serveWeb(t, sources);
  const init = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(search(form)) };
  const response = await fetch(`${url}/api/v1/${path}`, init);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  return { status: response.status, body: await response.json() };
}

/** Parameters as text, for a query string or a form. */
export function search(
  parameters: Readonly<Record<string, string | number>> | readonly (readonly [string, string])[],
): string {
  const pairs = Array.isArray(parameters) ? parameters : Object.entries(parameters);
  return String(new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])));
}

/** A good answer without warnings. */
export function success(data: unknown): ApiAnswer {
  return { status: 200, body: { status: 'success', data } };
}
