import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** How an OTLP receiver is spoken to. */
export interface OtlpOptions {
  /** Base URL without a slash at the end; `/v1/traces` and `/v1/metrics` are added. */
  readonly endpoint: string;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly headers: Readonly<Record<string, string>>;
  /** What one export may take, its retries included, ms. */
  readonly timeoutMs: number;
}

export interface OtlpExporters {
  readonly spans: SpanExporter;
  readonly metrics: PushMetricExporter;
}

/** The exporters of a protocol; only its packages are loaded. */
export async function createOtlpExporters(options: OtlpOptions): Promise<OtlpExporters> {
  const { endpoint, protocol, headers, timeoutMs: timeoutMillis } = options;
  const common = { headers: { ...headers }, timeoutMillis, concurrencyLimit: 2 };
  const traces = { ...common, url: `${endpoint}/v1/traces` };
  const metrics = { ...common, url: `${endpoint}/v1/metrics` };
  if (protocol === 'http/json') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
    return { spans: new OTLPTraceExporter(traces), metrics: new OTLPMetricExporter(metrics) };
  }
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
  return { spans: new OTLPTraceExporter(traces), metrics: new OTLPMetricExporter(metrics) };
}
