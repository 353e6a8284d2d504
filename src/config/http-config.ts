import { z } from 'zod';
import { secret } from './fields.ts';

const NO_SCHEME = 'a header is `Name: value`: write the name alone as the key';

/** Alertmanager's `tls_config`; files are read at load, so `ca_file` arrives as `ca`. */
export const tlsConfig = z
  .strictObject({
    ca: z.string().optional().describe('Authorities to trust instead of the system’s, PEM; or `ca_file`.'),
    cert: z.string().optional().describe('Certificate to show to the server, PEM; or `cert_file`.'),
    key: secret.optional().describe('Private key of `cert`, PEM; or `key_file`.'),
    server_name: z.string().optional().describe('Name that the certificate must have.'),
    insecure_skip_verify: z
      .boolean()
      .default(false)
      .describe('Takes any certificate: whoever is in between can read what is sent.'),
  })
  .refine(
    ({ cert, key }) => (cert === undefined) === (key === undefined),
    'cert and key belong together: give both',
  );

const header = z.strictObject({
  values: z.array(z.string()).default([]).describe('Its values.'),
  secrets: z.array(secret).default([]).describe('Values that are masked when shown.'),
});

const AUTHORIZATIONS = ['basic_auth', 'authorization', 'bearer_token'] as const;

/** Alertmanager's `http_config`: how a receiver's HTTP service is asked. */
export const httpConfig = z
  .strictObject({
    basic_auth: z
      .strictObject({
        username: z.string().default('').describe('User name.'),
        password: secret.optional().describe('Password.'),
      })
      .optional()
      .describe('Sent as `Authorization: Basic`.'),
    authorization: z
      .strictObject({
        type: z.string().min(1).default('Bearer').describe('The scheme.'),
        credentials: secret.optional().describe('What follows the scheme.'),
      })
      .optional()
      .describe('Sent as `Authorization`.'),
    bearer_token: secret.optional().describe('Sent as `Authorization: Bearer` (older form).'),
    follow_redirects: z
      .literal(
        false,
        'octowatch follows no redirect, so that nothing is sent on: give the address that it leads to',
      )
      .default(false)
      .describe('Redirects are never followed.'),
    enable_http2: z.boolean().default(true).describe('Taken, without effect: HTTP/1.1 is spoken.'),
    http_headers: z
      .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, NO_SCHEME), header)
      .default({})
      .describe('Further headers by name, each `{ values: […] }` or `{ secrets: […] }`.'),
    tls_config: tlsConfig.optional().describe('How its certificate is judged.'),
  })
  .refine(
    (config) => AUTHORIZATIONS.filter((key) => config[key] !== undefined).length < 2,
    'one of basic_auth, authorization and bearer_token, not several',
  );
