import { defineDataset } from '../../src/model/dataset.ts';

const probe = { help: 'Name of the target; for an instance the path that was asked for.' };

/** Names are those of blackbox_exporter where it has one. */
export const probeDataset = defineDataset({
  name: 'probe',
  kind: 'gauge',
  help: 'What a stranger sees of a service: a new connection for each probe.',
  dimensions: { probe },
  metrics: {
    probe_success: { type: 'gauge', unit: 'none', help: 'Whether the answer was as it should be.' },
    probe_duration_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Time of all phases that ended; absent where none did.',
    },
    probe_dns_lookup_time_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Time the name took; absent when it was not found.',
    },
    probe_ip_protocol: {
      type: 'gauge',
      unit: 'none',
      help: 'Version of IP that was connected by, 4 or 6; absent without a connection.',
    },
    probe_ssl_earliest_cert_expiry: {
      type: 'gauge',
      unit: 'none',
      help: 'When the first certificate expires, of all that were shown, s since the epoch; absent without TLS.',
    },
    probe_http_status_code: {
      type: 'gauge',
      unit: 'none',
      help: 'Status of the last answer; absent without one.',
    },
    probe_http_redirects: { type: 'gauge', unit: 'none', help: 'Redirects that were followed.' },
    probe_http_version: { type: 'gauge', unit: 'none', help: 'Version of HTTP of the last answer.' },
    probe_http_ssl: { type: 'gauge', unit: 'none', help: 'Whether the last answer came by https.' },
    probe_http_content_length: {
      type: 'gauge',
      unit: 'none',
      help: 'Length that the last answer says it has, bytes; absent where it says none.',
    },
    probe_failed_due_to_regex: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the body was not what it should be; absent where it was not looked at.',
    },
    probe_failed_due_to_redirect_loop: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether redirects led in a circle, or to more redirects than are followed.',
    },
    probe_dns_answer_rrs: {
      type: 'gauge',
      unit: 'none',
      help: 'Records that the name server answered; absent when it did not.',
    },
  },
});

export const probePhaseDataset = defineDataset({
  name: 'probe_phase',
  kind: 'gauge',
  help: 'Where the time of HTTP probes went, redirects included.',
  dimensions: { probe, phase: { help: 'resolve, connect, tls, processing or transfer.' } },
  metrics: {
    probe_http_duration_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Time of the phase; absent where it did not end.',
    },
  },
});

export const probeTlsDataset = defineDataset({
  name: 'probe_tls',
  kind: 'gauge',
  help: 'TLS as it was agreed on.',
  dimensions: { probe, version: { help: 'TLS 1.2 or TLS 1.3.' } },
  metrics: {
    probe_tls_version_info: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: the version of the last connection.',
    },
  },
});

export const probeFailureDataset = defineDataset({
  name: 'probe_failure',
  kind: 'gauge',
  help: 'Why probes fail.',
  dimensions: {
    probe,
    reason: {
      help:
        'dns_not_found, dns_failed, dns_answer, connection_refused, connection_reset, unreachable, forbidden_address, timeout, ' +
        'certificate_expired, certificate_not_yet_valid, certificate_self_signed, certificate_untrusted, ' +
        'certificate_wrong_host, tls_version, tls_failed, not_http, status, redirect_loop, bad_redirect or body.',
    },
    phase: { help: 'Where it failed: resolve, connect, tls, processing or transfer.' },
  },
  metrics: {
    probe_failure_info: { type: 'gauge', unit: 'none', help: 'Always 1: why the last probe failed.' },
  },
});

/** Everything the collector yields. */
export const probeDatasets = [probeDataset, probePhaseDataset, probeTlsDataset, probeFailureDataset] as const;
