import { isObject } from './json-object.ts';

/** What a span is to its trace, as the field `kind` has it; the index is the number on the wire. */
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKind = (typeof KINDS)[number];

const STATUS_ERROR = 2;
const NANOS = 9;

/** One span, as much of it as is read. */
export interface Span {
  readonly scope: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly traceId: string;
  readonly spanId: string;
  /** When it ended, ms since the epoch. */
  readonly endMs: number;
  /** Undefined where it ends before it begins: the clock was set back. */
  readonly seconds: number | undefined;
  readonly isError: boolean;
  readonly attributes: readonly unknown[];
  readonly events: readonly unknown[];
}

/** The spans of one batch, and how many more there were that are none. */
export interface SpanBatch {
  readonly spans: readonly Span[];
  readonly malformed: number;
}

/**
 * Reads one line: an OTLP `ExportTraceServiceRequest` in the JSON mapping of protobuf (64-bit numbers as strings or
 * numbers, enums as numbers or names, ids in hex); undefined for what is none.
 * Source: opentelemetry-proto `trace/v1/trace.proto`, "OTLP/HTTP, JSON Protobuf Encoding".
 */
export function readBatch(line: string): SpanBatch | undefined {
  const batch = parseJson(line);
  if (!isObject(batch) || !Array.isArray(batch['resourceSpans'])) return undefined;
  const spans: Span[] = [];
  let malformed = 0;
  for (const resource of batch['resourceSpans']) {
    for (const scoped of listOf(resource, 'scopeSpans')) {
      const scope = isObject(scoped) && isObject(scoped['scope']) ? textOf(scoped['scope']['name']) : '';
      for (const item of listOf(scoped, 'spans')) {
        const span = spanOf(item, scope);
        if (span === undefined) malformed++;
        else spans.push(span);
      }
    }
  }
  return { spans, malformed };
}

/** A text, or nothing. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function spanOf(item: unknown, scope: string): Span | undefined {
  if (!isObject(item)) return undefined;
  const start = nanosOf(item['startTimeUnixNano']);
  const end = nanosOf(item['endTimeUnixNano']);
  if (start === undefined || end === undefined || end.seconds === 0) return undefined;
  const seconds = end.seconds - start.seconds + (end.nanos - start.nanos) / 1e9;
  return {
    scope,
    name: textOf(item['name']),
    kind: kindOf(item['kind']),
    traceId: textOf(item['traceId']),
    spanId: textOf(item['spanId']),
    endMs: end.seconds * 1000 + Math.floor(end.nanos / 1e6),
    seconds: seconds < 0 ? undefined : Number(seconds.toFixed(NANOS)),
    isError: isErrorStatus(item['status']),
    attributes: listOf(item, 'attributes'),
    events: listOf(item, 'events'),
  };
}

/** Nanoseconds in two parts, as a number does not hold them whole. */
function nanosOf(value: unknown): { seconds: number; nanos: number } | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : textOf(value);
  if (typeof value === 'number' && text === '')
    return Number.isFinite(value) && value >= 0 ? nanosOf(BigInt(Math.floor(value)).toString()) : undefined;
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const padded = text.padStart(NANOS + 1, '0');
  return { seconds: Number(padded.slice(0, -NANOS)), nanos: Number(padded.slice(-NANOS)) };
}

function kindOf(value: unknown): SpanKind {
  if (typeof value === 'number') return KINDS[value] ?? 'unspecified';
  const name = textOf(value)
    .replace(/^SPAN_KIND_/, '')
    .toLowerCase();
  return KINDS.find((kind) => kind === name) ?? 'unspecified';
}

function isErrorStatus(status: unknown): boolean {
  if (!isObject(status)) return false;
  return status['code'] === STATUS_ERROR || status['code'] === 'STATUS_CODE_ERROR';
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
