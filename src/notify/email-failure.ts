import { Failure, toFailure, type FailureReason } from '../model/failure.ts';
import { saidBy } from './http-answer.ts';

/** What the client tells of what went wrong (nodemailer, errors). */
interface SmtpError {
  readonly code: string;
  /** The server's reply code, 0 where it did not reply. */
  readonly status: number;
  /** The command it was about: `RCPT TO`. */
  readonly command: string;
  readonly said: string;
}

type Meaning = readonly [FailureReason, string];

const TLS: Meaning = ['network', 'check require_tls and tls_config'];
const AUTH: Meaning = ['unauthorized', 'check auth_username and auth_password'];
const ADDRESSES: Meaning = ['invalid', 'check from and to'];

/** By the client's code, where the server has said nothing. */
const CODES: Readonly<Record<string, Meaning>> = {
  EDNS: ['network', 'check smarthost'],
  ECONNECTION: ['network', 'check smarthost'],
  ESOCKET: ['network', 'check smarthost, and tls_config if it speaks TLS'],
  ETLS: TLS,
  ETIMEDOUT: ['timeout', 'check smarthost'],
  EAUTH: AUTH,
  EENVELOPE: ADDRESSES,
  EMESSAGE: ['too_large', 'the server takes no mail as long as this one'],
  EPROTOCOL: ['malformed', 'smarthost is no mail server'],
};

/**
 * What the client threw as a Failure (RFC 5321, section 4.2.1: 4yz may be tried again, 5yz not). Its message never holds
 * a secret, and neither does a cause: there is none.
 */
export function emailFailure(
  thrown: unknown,
  smarthost: string,
  secrets: readonly string[],
  signal: AbortSignal,
): Failure {
  if (signal.aborted) return new Failure(toFailure(signal.reason).reason, `${smarthost}: stopped waiting`);
  const error = smtpErrorOf(thrown, secrets);
  const [reason, todo] = meaningOf(error);
  const place = error.command === '' || error.command === 'CONN' ? '' : ` to ${error.command}`;
  const verb = error.status === 0 ? ':' : ` answered${place}:`;
  return new Failure(reason, `${smarthost}${verb} ${error.said} (${todo})`);
}

function meaningOf({ code, status, command }: SmtpError): Meaning {
  if (status >= 400 && status < 500) return ['server_error', 'tried again: it may be greylisting'];
  if (status < 500) return CODES[code] ?? ['network', 'tried again'];
  if (code === 'EAUTH' || status === 530 || status === 535) return AUTH;
  if (status === 552) return ['too_large', 'the server takes no mail as long as this one'];
  if (code === 'ETLS' || command === 'STARTTLS') return TLS;
  if (command === 'RCPT TO') return ['rejected', 'check to'];
  return ['rejected', command === 'MAIL FROM' ? 'check from' : 'the server does not take this mail'];
}

function smtpErrorOf(thrown: unknown, secrets: readonly string[]): SmtpError {
  const field = (name: string): unknown =>
    typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, name) : undefined;
  const text = (name: string): string => {
    const value = field(name);
    return typeof value === 'string' ? value : '';
  };
  const status = Number(field('responseCode') ?? 0);
  const said = text('response') === '' ? text('message') : text('response');
  return { code: text('code'), status, command: text('command'), said: saidBy(said, secrets) };
}
