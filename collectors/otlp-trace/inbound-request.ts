import { HTTP_METHODS } from '../../src/collect/lines/method-symbol.ts';
import { attribute } from './attributes.ts';
import type { Span } from './otlp.ts';

const METHODS = new Set<string>(HTTP_METHODS);

/** A request that the server answered. */
export interface InboundRequest {
  readonly method: string;
  readonly status: string;
  /** Without the query. */
  readonly path: string;
  readonly host: string | undefined;
  readonly user: string | undefined;
}

/**
 * The request a server span stands for; undefined for other spans and for requests without an answer.
 * Reads the names of OpenTelemetry's HTTP conventions 1.23 and, after them, those of before.
 */
export function inboundRequest({ kind, attributes }: Span): InboundRequest | undefined {
  if (kind !== 'server') return undefined;
  const method = attribute(attributes, 'http.request.method', 'http.method');
  const status = attribute(attributes, 'http.response.status_code', 'http.status_code');
  if (method === undefined || status === undefined || !/^[1-5]\d\d$/.test(status)) return undefined;
  return {
    method: METHODS.has(method) ? method : 'other',
    status,
    path: pathOf(attributes),
    host: hostOf(attributes),
    user: attribute(attributes, 'user.name', 'enduser.id', 'user.id'),
  };
}

function pathOf(attributes: readonly unknown[]): string {
  const target = attribute(attributes, 'url.path', 'http.target');
  if (target !== undefined) return target.split('?', 1)[0] ?? '';
  const url = attribute(attributes, 'url.full', 'http.url') ?? '';
  return URL.parse(url)?.pathname ?? '';
}

function hostOf(attributes: readonly unknown[]): string | undefined {
  const name = attribute(attributes, 'server.address', 'net.host.name');
  const port = attribute(attributes, 'server.port', 'net.host.port');
  if (name === undefined) return attribute(attributes, 'http.host');
  return port === undefined || name.includes(':') ? name : `${name}:${port}`;
}
