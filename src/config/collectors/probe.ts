import { RE2JS } from 're2js';
import { z } from 'zod';
import { httpUrl, interval, listenAddress, secret } from '../fields.ts';
import { parseHeaderLines } from '../header-lines.ts';
import { haveOwnNames, placeName, pollShape } from './common.ts';

/** A poll takes 35 s at most; a probe that is late has to be an answer of it. */
const MOST_MS = 30_000;

const timeout = interval
  .refine((ms) => ms <= MOST_MS, 'write a duration of at most 30s')
  .meta({ title: 'duration' })
  .prefault('10s')
  .describe('How long it may take, redirects included.');

const expression = z.string().refine(isExpression, 'not a regular expression (RE2)');

const withoutCredentials = httpUrl.refine(
  (url) => !/^https?:\/\/[^/?#]*@/.test(url),
  'leave the password out of the url: write headers or bearer_token',
);

const tlsConfig = z
  .strictObject({
    ca_file: z.string().optional().describe('File of the authorities to trust, PEM; read at each probe.'),
    server_name: z.string().optional().describe('Name that the certificate must have.'),
    insecure_skip_verify: z
      .boolean()
      .default(false)
      .describe('Takes any certificate; when it expires is told all the same.'),
  })
  .prefault({})
  .describe('How certificates are judged.');

const base = {
  name: placeName.describe('Its name, which stays: the label `probe`.'),
  tenant: z.string().optional().describe('Whose it is, where `fleet` has that tenant.'),
  timeout,
};

const ipProtocol = z
  .enum(['ip4', 'ip6'])
  .optional()
  .describe('Version of IP that is tried; both when left out, as browsers do.');

const http = z.strictObject({
  ...base,
  module: z.literal('http').describe('Asks for a URL.'),
  url: withoutCredentials.describe('What is asked for.'),
  method: z.enum(['GET', 'HEAD', 'POST']).default('GET').describe('Method of the request.'),
  body: z.string().optional().describe('Body of the request.'),
  headers: secret
    .refine((text) => parseHeaderLines(text) !== undefined, 'write one `Name: value` a line')
    .optional()
    .describe('One `Name: value` a line; sent to the host of the url alone.'),
  bearer_token: secret.optional().describe('Sent as `Authorization: Bearer`, to the host of the url alone.'),
  valid_status_codes: z
    .array(z.int().min(100).max(599))
    .default([])
    .describe('Statuses that are well; any 2xx when empty.'),
  follow_redirects: z.boolean().default(true).describe('Whether redirects are followed, with cookies.'),
  max_redirects: z.int().min(1).max(10).default(10).describe('Most redirects; more of them are a loop.'),
  fail_if_body_matches_regexp: expression
    .optional()
    .describe('RE2 expression that must not be found in the first MiB of the body.'),
  fail_if_body_not_matches_regexp: expression
    .optional()
    .describe('RE2 expression that must be found in the first MiB of the body.'),
  ip_protocol: ipProtocol,
  tls_config: tlsConfig,
});

const tcp = z.strictObject({
  ...base,
  module: z.literal('tcp').describe('Opens a connection.'),
  address: listenAddress.describe('`host:port`'),
  tls: z.boolean().default(false).describe('Whether TLS is spoken: the certificate is looked at.'),
  ip_protocol: ipProtocol,
  tls_config: tlsConfig,
});

const dns = z.strictObject({
  ...base,
  module: z.literal('dns').describe('Asks a name server.'),
  query_name: z.string().min(1).describe('Name that is asked for.'),
  query_type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT']).default('A').describe('Type of the records.'),
  server: z
    .string()
    .regex(
      /^(\d+(\.\d+){3}|\[[0-9a-fA-F:]+\])(:\d+)?$/,
      'write the address of a name server, such as 10.0.0.2',
    )
    .optional()
    .describe('Name server, `address` or `address:port`; those of the system when left out.'),
  answers: z.array(z.string()).default([]).describe('Records that must be in the answer.'),
});

const instances = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Whether every instance with a url is probed: a handshake each a minute. Of use where octowatch runs outside.',
      ),
    paths: z
      .array(z.string().regex(/^\/[^#]*$/, 'a path begins with a slash and has no #'))
      .min(1, 'name at least one path')
      .refine((paths) => new Set(paths).size === paths.length, 'a path is there twice')
      .default(['/'])
      .describe('Paths that are asked for; redirects are followed. The label `probe`.'),
    timeout,
    tls_config: tlsConfig,
  })
  .prefault({})
  .describe('Probes of the instances by their own urls.');

/** Settings of the collector `probe`. */
export const probeSettings = z
  .strictObject({
    ...pollShape,
    instances,
    targets: z
      .array(z.discriminatedUnion('module', [http, tcp, dns], { error: 'write module: http, tcp or dns' }))
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('What is probed besides the instances.'),
  })
  .prefault({});

function isExpression(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}
