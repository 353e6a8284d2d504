import { z } from 'zod';
import { secret } from '../fields.ts';
import { tlsConfig } from '../http-config.ts';
import { common } from './common.ts';

const HOST_PORT = /^(?:[^:[\]\s]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/;
const HEADER_NAME = /^[!-9;-~]+$/;
/** What makes a mail what it is. */
const OURS = /^(?:message-id|in-reply-to|references|date|mime-version|auto-submitted|bcc|content-.*)$/i;

const headers = z
  .record(z.string().regex(HEADER_NAME, 'not the name of a header'), z.string())
  .default({})
  .refine(
    (map) => Object.keys(map).every((name) => !OURS.test(name)),
    'octowatch itself sets Message-ID, In-Reply-To, References, Date, Auto-Submitted, Content-* and MIME-Version, and sends no Bcc',
  )
  .refine((map) => {
    const names = Object.keys(map).map((name) => name.toLowerCase());
    return new Set(names).size === names.length;
  }, 'a header is there twice');

/** E-mail, as Alertmanager's `email_configs`. */
export const emailConfig = z.strictObject({
  ...common,
  to: z.string().min(1).describe('Addresses, with commas between; a template.'),
  from: z.string().min(1).describe('Address of the sender; a template. Or `global.smtp_from`.'),
  smarthost: z
    .string()
    .regex(HOST_PORT, 'write host:port, such as smtp.example.com:587')
    .describe('Mail server, `host:port`. Or `global.smtp_smarthost`.'),
  hello: z.string().min(1).default('localhost').describe('Name said to the mail server (EHLO).'),
  auth_username: z.string().optional().describe('User name; without, no login.'),
  auth_password: secret.optional().describe('Password, for PLAIN and LOGIN; it comes before `auth_secret`.'),
  auth_secret: secret.optional().describe('Secret, for CRAM-MD5.'),
  auth_identity: z.string().optional().describe('Identity to act as, for PLAIN.'),
  require_tls: z
    .boolean()
    .default(true)
    .describe(
      'Whether the connection must be encrypted (STARTTLS). With a login it always must, but for loopback.',
    ),
  force_implicit_tls: z.boolean().optional().describe('TLS from the first byte; without, on port 465 only.'),
  tls_config: tlsConfig.optional().describe('How the certificate of the mail server is judged.'),
  headers: headers.describe('Further headers; their values are templates. `Subject` replaces the page line.'),
  html: z.string().optional().describe('Template of the HTML part, instead of ours; empty: no such part.'),
  text: z.string().optional().describe('Template of the text part, instead of ours.'),
});
