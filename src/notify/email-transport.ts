import type { SendMailOptions, SMTPTransportOptions } from 'nodemailer';
import { Failure } from '../model/failure.ts';
import { emailFailure } from './email-failure.ts';
import { tlsOf, type TlsConfig } from './http-config.ts';

/** Each step has so long; the whole is ended by the caller's signal. */
const STEP_MS = 8000;
const MAX_REPLY = 65_536;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/;

/** How a mail server is reached, in Alertmanager's words. */
export interface SmtpOptions {
  /** `host:port` */
  readonly smarthost: string;
  readonly hello: string;
  readonly auth_username?: string | undefined;
  readonly auth_password?: string | undefined;
  readonly auth_secret?: string | undefined;
  readonly auth_identity?: string | undefined;
  readonly require_tls: boolean;
  readonly force_implicit_tls?: boolean | undefined;
  readonly tls_config?: TlsConfig | undefined;
}

/** Sends one mail over a connection of its own; returns the addresses that the server refused. @throws Failure */
export type SendMail = (mail: SendMailOptions, signal: AbortSignal) => Promise<readonly string[]>;

export function createSendMail(options: SmtpOptions): SendMail {
  const transport = transportOptions(options);
  const { smarthost } = options;
  const secrets = secretsOf(options);
  return async (mail, signal) => {
    const { createTransport } = await import('nodemailer');
    const mailer = createTransport(transport);
    try {
      const { rejected } = await mailer.sendMail({
        ...mail,
        signal,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      return rejected;
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw emailFailure(error, smarthost, secrets, signal);
    } finally {
      mailer.close();
    }
  };
}

function transportOptions(options: SmtpOptions): SMTPTransportOptions {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(options.smarthost) ?? [];
  const isSecure = options.force_implicit_tls ?? port === '465';
  const auth = authOf(options);
  // A password must not be read on the way, whatever require_tls says.
  const needsTls = options.require_tls || (auth !== undefined && !LOOPBACK.test(host));
  return {
    host,
    port: Number(port),
    secure: isSecure,
    requireTLS: !isSecure && needsTls,
    ignoreTLS: !isSecure && !needsTls,
    name: options.hello,
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    dnsTimeout: STEP_MS,
    maxResponseSize: MAX_REPLY,
    tls: tlsOptions(options.tls_config),
    ...auth,
  };
}

function tlsOptions(config: TlsConfig | undefined): NonNullable<SMTPTransportOptions['tls']> {
  const { verify = true, serverName, ...pem } = tlsOf(config) ?? {};
  return {
    ...pem,
    rejectUnauthorized: verify,
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

/** PLAIN or LOGIN with a password, CRAM-MD5 with a secret, as Alertmanager chooses. */
function authOf(
  options: SmtpOptions,
): Pick<SMTPTransportOptions, 'auth' | 'authMethod' | 'customAuth'> | undefined {
  const { auth_username: user = '', auth_password, auth_secret, auth_identity: identity = '' } = options;
  const pass = auth_password ?? auth_secret ?? '';
  if (user === '') return undefined;
  if (auth_password === undefined) return { auth: { user, pass }, authMethod: 'CRAM-MD5' };
  if (identity === '') return { auth: { user, pass } };
  return {
    auth: { user, pass, method: 'PLAIN' },
    customAuth: {
      async PLAIN({ sendCommand, reject, resolve }) {
        const words = Buffer.from(`${identity}\0${user}\0${pass}`).toString('base64');
        const { status, response } = await sendCommand(`AUTH PLAIN ${words}`);
        if (status === 235) resolve();
        else reject(response);
      },
    },
  };
}

/** What must not be shown of what a server says, in all the forms in which it was sent. */
function secretsOf({
  auth_username: user,
  auth_password,
  auth_secret,
  auth_identity: identity = '',
}: SmtpOptions): string[] {
  return [auth_password, auth_secret].flatMap((secret) => {
    if (secret === undefined || secret === '') return [];
    const forms = [secret, `\0${user}\0${secret}`, `${identity}\0${user}\0${secret}`];
    return [secret, ...forms.map((form) => Buffer.from(form).toString('base64'))];
  });
}
