import type { HttpTls, ProbeDnsRequest } from '../../src/model/ports.ts';

interface TlsConfig {
  readonly ca_file?: string | undefined;
  readonly server_name?: string | undefined;
  readonly insecure_skip_verify: boolean;
}

interface TargetBase {
  readonly name: string;
  /** Whose all of it is, where the fleet knows that tenant. */
  readonly tenant?: string | undefined;
  /** ms. */
  readonly timeout: number;
}

/** Keys mean what they do in the modules of blackbox_exporter. */
export interface HttpTarget extends TargetBase {
  readonly module: 'http';
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly body?: string | undefined;
  /** A `Name: value` a line. */
  readonly headers?: string | undefined;
  readonly bearer_token?: string | undefined;
  /** Any 2xx when empty. */
  readonly valid_status_codes: readonly number[];
  readonly follow_redirects: boolean;
  readonly max_redirects: number;
  readonly fail_if_body_matches_regexp?: string | undefined;
  readonly fail_if_body_not_matches_regexp?: string | undefined;
  readonly ip_protocol?: 'ip4' | 'ip6' | undefined;
  readonly tls_config: TlsConfig;
}

export interface TcpTarget extends TargetBase {
  readonly module: 'tcp';
  /** `host:port` */
  readonly address: string;
  readonly tls: boolean;
  readonly ip_protocol?: 'ip4' | 'ip6' | undefined;
  readonly tls_config: TlsConfig;
}

export interface DnsTarget extends TargetBase {
  readonly module: 'dns';
  readonly query_name: string;
  readonly query_type: ProbeDnsRequest['type'];
  readonly server?: string | undefined;
  /** Each of these must be in the answer. */
  readonly answers: readonly string[];
}

export type ProbeTarget = HttpTarget | TcpTarget | DnsTarget;

/** How instances are probed by their own URLs. */
export interface InstanceProbes {
  readonly paths: readonly string[];
  readonly timeout: number;
  readonly tls_config: TlsConfig;
}

/** What the collector needs of `collectors.probe`. */
export interface ProbeSettings {
  /** Between probes, ms, where it was set. */
  readonly interval?: number | undefined;
  readonly instances: InstanceProbes;
  readonly targets: readonly ProbeTarget[];
}

/** How a certificate is judged. @param ca the content of `ca_file` */
export function tlsOf(
  { server_name: serverName, insecure_skip_verify: any }: TlsConfig,
  ca: string | undefined,
): HttpTls {
  return {
    verify: !any,
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

/** The version of IP that is tried, as `ip_protocol` says it. */
export function familyOf(protocol: 'ip4' | 'ip6' | undefined): { readonly family?: 4 | 6 } {
  return protocol === undefined ? {} : { family: protocol === 'ip4' ? 4 : 6 };
}

/** How long a probe may take, ms: less than the poll, which ends with the interval, so that it ends in an answer. */
export function timeoutOf({ timeout }: ProbeTarget, { interval }: ProbeSettings): number {
  return interval === undefined ? timeout : Math.min(timeout, 0.8 * interval);
}

/** What a path of an instance is probed with. */
export function targetOfInstance(
  url: string,
  path: string,
  { timeout, tls_config }: InstanceProbes,
): HttpTarget {
  return {
    module: 'http',
    name: path,
    url: `${url}${path}`,
    method: 'GET',
    timeout,
    valid_status_codes: [],
    follow_redirects: true,
    max_redirects: 10,
    tls_config,
  };
}
