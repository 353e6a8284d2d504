import type { HttpTls } from '../../src/model/ports.ts';

/** Keeps the samples whose metric names the expression (RE2, anchored) matches, or drops them. */
export interface MetricRelabelConfig {
  readonly action: 'keep' | 'drop';
  readonly regex: string;
}

/** One endpoint; the keys mean what they do in Prometheus's `scrape_configs`. Times are ms, sizes bytes. */
export interface ScrapeTarget {
  readonly name: string;
  readonly url: string;
  readonly job?: string | undefined;
  readonly instance?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly honor_labels: boolean;
  readonly honor_timestamps: boolean;
  readonly scrape_timeout: number;
  readonly body_size_limit: number;
  readonly sample_limit: number;
  readonly label_limit?: number | undefined;
  readonly label_name_length_limit?: number | undefined;
  readonly label_value_length_limit?: number | undefined;
  readonly bearer_token?: string | undefined;
  readonly basic_auth?: { readonly username: string; readonly password: string } | undefined;
  readonly tls_config: {
    readonly ca_file?: string | undefined;
    readonly server_name?: string | undefined;
    readonly insecure_skip_verify: boolean;
  };
  readonly metric_relabel_configs: readonly MetricRelabelConfig[];
}

/** What the collector needs of `collectors.prometheus`. */
export interface PrometheusSettings {
  readonly targets: readonly ScrapeTarget[];
}

/** The address of a page: Prometheus's path where the URL has none. */
export function pageUrl({ url }: ScrapeTarget): string {
  const parsed = new URL(url);
  if (parsed.pathname === '/') parsed.pathname = '/metrics';
  return parsed.href;
}

/** The labels `job` and `instance` of a target. */
export function identityOf({ name, job, instance, url }: ScrapeTarget): { job: string; instance: string } {
  const { hostname, port, protocol } = new URL(url);
  const defaultPort = protocol === 'https:' ? '443' : '80';
  return { job: job ?? name, instance: instance ?? `${hostname}:${port === '' ? defaultPort : port}` };
}

/** How the target's certificate is judged. `ca`: the content of `ca_file`. */
export function tlsOf({ tls_config: tls }: ScrapeTarget, ca: string | undefined): HttpTls | undefined {
  if (ca === undefined && tls.server_name === undefined && !tls.insecure_skip_verify) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(tls.server_name === undefined ? {} : { serverName: tls.server_name }),
    verify: !tls.insecure_skip_verify,
  };
}
