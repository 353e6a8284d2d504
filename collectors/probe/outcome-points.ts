import type { Point } from '../../src/model/point.ts';
import { secondsOf, type HttpOutcome, type ProbeOutcome } from './outcome.ts';
import { probeDataset, probeFailureDataset, probePhaseDataset, probeTlsDataset } from './schema.ts';
import type { ProbeTarget } from './settings.ts';

/** What rules and stores get of a probe. */
export function pointsOf(
  { name: probe, module }: ProbeTarget,
  outcome: ProbeOutcome,
  time: number,
): Omit<Point, 'tenant'>[] {
  const { failure, phases, tls } = outcome;
  const points: Omit<Point, 'tenant'>[] = [
    { dataset: probeDataset, time, dimensions: { probe }, values: valuesOf(module, outcome) },
  ];
  if (module === 'http') points.push(...phasePoints(probe, phases, time));
  if (tls !== undefined) {
    const dimensions = { probe, version: tls.version.replace('TLSv', 'TLS ') };
    points.push({ dataset: probeTlsDataset, time, dimensions, values: { probe_tls_version_info: 1 } });
  }
  if (failure !== undefined) {
    const dimensions = { probe, reason: failure.reason, phase: failure.phase };
    points.push({ dataset: probeFailureDataset, time, dimensions, values: { probe_failure_info: 1 } });
  }
  return points;
}

function phasePoints(probe: string, phases: ProbeOutcome['phases'], time: number): Omit<Point, 'tenant'>[] {
  return Object.entries(phases).map(([phase, seconds]) => ({
    time,
    dataset: probePhaseDataset,
    dimensions: { probe, phase },
    values: { probe_http_duration_seconds: seconds },
  }));
}

function valuesOf(
  module: ProbeTarget['module'],
  { failure, phases, family, tls, http, records }: ProbeOutcome,
): Record<string, number | undefined> {
  const expiresMs = tls?.expiresMs;
  return {
    probe_success: failure === undefined ? 1 : 0,
    probe_duration_seconds: Object.keys(phases).length === 0 ? undefined : secondsOf(phases),
    probe_dns_lookup_time_seconds: phases.resolve,
    probe_ip_protocol: family,
    probe_ssl_earliest_cert_expiry: expiresMs === undefined ? undefined : expiresMs / 1000,
    probe_dns_answer_rrs: records,
    ...(module === 'http' ? { probe_failed_due_to_redirect_loop: Number(http?.isLoop === true) } : {}),
    ...(http === undefined ? {} : httpValues(http)),
  };
}

function httpValues(http: HttpOutcome): Record<string, number | undefined> {
  const { isBodyWrong } = http;
  return {
    probe_http_status_code: http.status,
    probe_http_redirects: http.redirects,
    probe_http_version: Number(http.version),
    probe_http_ssl: Number(http.isTls),
    probe_http_content_length: http.contentLength,
    probe_failed_due_to_regex: isBodyWrong === undefined ? undefined : Number(isBodyWrong),
  };
}
