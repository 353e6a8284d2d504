import { createServer, type AddressInfo, type Socket } from 'node:net';
import { SmtpSession, type SmtpRules } from './smtp-session.ts';

/** A mail that was accepted. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Lower-case names; folded lines are joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parts by their type, decoded: `text/plain`, `text/html`. */
  readonly parts: Readonly<Record<string, string>>;
  readonly isEncrypted: boolean;
  /** Who had logged in, and how. */
  readonly login: string | undefined;
}

/** What a fake mail server does to the next one who comes as far as `at`, instead of going on. */
export type SmtpFault =
  /** Answers with this line: `450 4.7.1 greylisted, try again later`. */
  | { readonly at: SmtpStage; readonly reply: string }
  /** Answers no more, or ends the connection. At `message` the mail has been accepted by then. */
  | { readonly at: SmtpStage; readonly kind: 'hang' | 'reset' };

export type SmtpStage = 'connect' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'message';

/** A mail server on a real loopback socket. */
export interface FakeSmtp {
  /** `127.0.0.1:port` */
  readonly smarthost: string;
  readonly mails: readonly ReceivedMail[];
  /** Faults for the next who come to their stages, in their order. */
  fail(...faults: readonly SmtpFault[]): void;
  close(): Promise<void>;
}

/** Speaks SMTP (RFC 5321) with STARTTLS, AUTH PLAIN, LOGIN and CRAM-MD5, and SIZE; keeps to the limits of its lines. */
export async function startFakeSmtp(rules: SmtpRules = {}): Promise<FakeSmtp> {
  const mails: ReceivedMail[] = [];
  const faults: SmtpFault[] = [];
  const sockets = new Set<Socket>();

  function nextFault(stage: SmtpStage): SmtpFault | undefined {
    const index = faults.findIndex(({ at }) => at === stage);
    return index < 0 ? undefined : faults.splice(index, 1)[0];
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    new SmtpSession(socket, rules, { nextFault, accept: (mail) => void mails.push(mail) }).begin();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    smarthost: `127.0.0.1:${port}`,
    mails,
    fail: (...more) => void faults.push(...more),
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
