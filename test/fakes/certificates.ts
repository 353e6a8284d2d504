import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An authority of its own, and a certificate that it signed. */
export interface Certificates {
  /** Where the authority's PEM file lies. */
  readonly caFile: string;
  /** PEM of the authority, which signed itself. */
  readonly authority: { readonly key: string; readonly cert: string };
  /** PEM, for a server. */
  readonly key: string;
  readonly cert: string;
}

export interface CertificateOptions {
  /** Whom the certificate is for, as openssl writes it. Default `IP:127.0.0.1`. */
  readonly names?: string;
  /** How long it is valid; below zero it has expired. Default 1. */
  readonly days?: number;
}

/** Makes certificates with the openssl of the machine. The caller removes `directory`. */
export function makeCertificates(
  name: string,
  { names = 'IP:127.0.0.1', days = 1 }: CertificateOptions = {},
): Certificates & { readonly directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'octowatch-tls-'));
  const path = (file: string): string => join(directory, file);
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '1',
    '-subj',
    `/CN=${name} authority`,
  );
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${name}`);
  writeFileSync(path('names'), `subjectAltName=${names}\n`);
  const sign = [
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    String(days),
    '-extfile',
    'names',
  ];
  openssl('x509', '-req', '-in', 'server.csr', ...sign, '-out', 'server.pem');
  return {
    directory,
    caFile: path('ca.pem'),
    authority: { key: readFileSync(path('ca.key'), 'utf8'), cert: readFileSync(path('ca.pem'), 'utf8') },
    key: readFileSync(path('server.key'), 'utf8'),
    cert: readFileSync(path('server.pem'), 'utf8'),
  };
}
