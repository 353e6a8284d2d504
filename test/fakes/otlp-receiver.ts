import { startHttpFake, type FakeAnswer, type FakeRequest, type HttpFake } from './http-fake.ts';
import { doubleOf, messagesOf, readProtobuf, textOf, type ProtobufMessage } from './protobuf.ts';

/** A span as it arrived. */
export interface ReceivedSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly resource: Readonly<Record<string, string | number>>;
  /** 2 is an error. */
  readonly status: number;
  readonly seconds: number;
}

/** A value of a counter or gauge as it arrived; of a histogram, its count. */
export interface ReceivedValue {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** An OTLP receiver on loopback: `/v1/traces` and `/v1/metrics`, as protobuf or JSON. */
export interface OtlpReceiver extends HttpFake {
  readonly spans: readonly ReceivedSpan[];
  /** The latest values first. */
  readonly values: readonly ReceivedValue[];
  readonly requests: readonly FakeRequest[];
}

/** Starts a receiver that takes everything that is well-formed. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const values: ReceivedValue[] = [];
  const requests: FakeRequest[] = [];

  function answer(request: FakeRequest): FakeAnswer {
    requests.push(request);
    const isJson = request.headers['content-type'] === 'application/json';
    if (!isJson && request.headers['content-type'] !== 'application/x-protobuf')
      return { status: 415, body: {} };
    const payload: OtlpPayload = isJson ? JSON.parse(request.body) : fromProtobuf(request);
    if (request.path === '/v1/traces') spans.push(...spansOf(payload));
    else if (request.path === '/v1/metrics') values.unshift(...valuesOf(payload));
    else return { status: 404, body: {} };
    return { status: 200, body: isJson ? {} : undefined };
  }

  const fake = await startHttpFake(answer);
  return { ...fake, spans, values, requests };
}

/** The parts of OTLP's JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding) that tests look at. */
interface OtlpPayload {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

interface OtlpSpan {
  readonly name: string;
  readonly attributes: readonly KeyValue[];
  readonly status?: { readonly code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

interface OtlpMetric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly histogram?: { readonly dataPoints: readonly OtlpPoint[] };
}

interface OtlpPoint {
  readonly attributes: readonly KeyValue[];
  readonly asDouble?: number;
  readonly count?: number | string;
}

interface KeyValue {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly intValue?: number | string;
    readonly doubleValue?: number;
  };
}

function spansOf({ resourceSpans = [] }: OtlpPayload): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap((scope) => scope.spans)
      .map(({ name, attributes, status, startTimeUnixNano, endTimeUnixNano }) => ({
        name,
        attributes: plain(attributes),
        resource: plain(resource.attributes),
        status: status?.code ?? 0,
        seconds: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e9,
      })),
  );
}

function valuesOf({ resourceMetrics = [] }: OtlpPayload): ReceivedValue[] {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap((scope) => scope.metrics),
  );
  return metrics.flatMap(({ name, sum, gauge, histogram }) =>
    ((sum ?? gauge ?? histogram)?.dataPoints ?? []).map(({ attributes, asDouble, count }) => ({
      name,
      attributes: plain(attributes),
      value: asDouble ?? Number(count),
    })),
  );
}

function plain(attributes: readonly KeyValue[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue } }) => [
      key,
      stringValue ?? doubleValue ?? Number(intValue),
    ]),
  );
}

/** Field numbers are those of opentelemetry-proto 1.x. */
function fromProtobuf({ path, bytes }: FakeRequest): OtlpPayload {
  const resources = messagesOf(readProtobuf(bytes), 1);
  if (path === '/v1/traces') {
    return {
      resourceSpans: resources.map((each) => ({
        resource: { attributes: keyValues(messagesOf(each, 1)[0], 1) },
        scopeSpans: messagesOf(each, 2).map((scope) => ({ spans: messagesOf(scope, 2).map(toSpan) })),
      })),
    };
  }
  return {
    resourceMetrics: resources.map((each) => ({
      scopeMetrics: messagesOf(each, 2).map((scope) => ({ metrics: messagesOf(scope, 2).map(toMetric) })),
    })),
  };
}

function toSpan(span: ProtobufMessage): OtlpSpan {
  return {
    name: textOf(span, 5),
    startTimeUnixNano: String(span.get(7)?.[0]),
    endTimeUnixNano: String(span.get(8)?.[0]),
    attributes: keyValues(span, 9),
    status: { code: Number(messagesOf(span, 15)[0]?.get(3)?.[0] ?? 0) },
  };
}

function toMetric(metric: ProtobufMessage): OtlpMetric {
  const points = (field: number, attributes: number): { dataPoints: OtlpPoint[] } | undefined => {
    const [data] = messagesOf(metric, field);
    return data && { dataPoints: messagesOf(data, 1).map((point) => toPoint(point, attributes)) };
  };
  const [gauge, sum, histogram] = [points(5, 7), points(7, 7), points(9, 9)];
  return {
    name: textOf(metric, 1),
    ...(gauge === undefined ? {} : { gauge }),
    ...(sum === undefined ? {} : { sum }),
    ...(histogram === undefined ? {} : { histogram }),
  };
}

function toPoint(point: ProtobufMessage, attributes: number): OtlpPoint {
  const isNumber = attributes === 7;
  const value = isNumber ? { asDouble: doubleOf(point, 4) ?? 0 } : { count: String(point.get(4)?.[0]) };
  return { attributes: keyValues(point, attributes), ...value };
}

function keyValues(message: ProtobufMessage | undefined, field: number): KeyValue[] {
  if (message === undefined) return [];
  return messagesOf(message, field).map((pair) => {
    const [value] = messagesOf(pair, 2);
    const [integer, double] = [value?.get(3)?.[0], doubleOf(value, 4)];
    if (double !== undefined) return { key: textOf(pair, 1), value: { doubleValue: double } };
    if (integer !== undefined) return { key: textOf(pair, 1), value: { intValue: String(integer) } };
    return { key: textOf(pair, 1), value: { stringValue: textOf(value, 1) } };
  });
}
