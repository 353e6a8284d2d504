import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { login, type SmtpUser } from './smtp-auth.ts';
import { parseMail } from './smtp-mail.ts';
import type { ReceivedMail, SmtpFault, SmtpStage } from './smtp.ts';

export interface SmtpRules {
  /** With them it offers STARTTLS, or speaks TLS from the first byte. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  readonly isImplicitTls?: boolean;
  /** Who may send; without, everybody. */
  readonly user?: SmtpUser;
  /** What it offers. Default PLAIN, LOGIN, CRAM-MD5. */
  readonly mechanisms?: readonly string[];
  readonly maxBytes?: number;
  /** Addresses that it takes no mail for. */
  readonly unknown?: readonly string[];
}

interface Post {
  nextFault(stage: SmtpStage): SmtpFault | undefined;
  accept(mail: ReceivedMail): void;
}

const MAX_COMMAND = 512;
const MAX_LINE = 1000;
const STAGES: Readonly<Record<string, SmtpStage>> = {
  EHLO: 'ehlo',
  STARTTLS: 'starttls',
  AUTH: 'auth',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
};

/** One connection. */
export class SmtpSession {
  #socket: Socket;
  readonly #rules: SmtpRules;
  readonly #post: Post;
  #buffer = Buffer.alloc(0);
  #isEncrypted: boolean;
  #login: string | undefined;
  #from: string | undefined;
  #to: string[] = [];
  #take: (line: string) => void = (line) => void this.#command(line);
  #lines: string[] = [];

  constructor(socket: Socket, rules: SmtpRules, post: Post) {
    this.#rules = rules;
    this.#post = post;
    this.#isEncrypted = rules.isImplicitTls === true;
    this.#socket = this.#isEncrypted ? this.#encrypted(socket) : socket;
  }

  begin(): void {
    this.#listen();
    if (!this.#fails('connect')) this.#say('220 fake.example ESMTP');
  }

  #encrypted(socket: Socket): Socket {
    const secureContext = createSecureContext(this.#rules.certificate);
    return new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined);
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      for (let end = this.#buffer.indexOf('\n'); end >= 0; end = this.#buffer.indexOf('\n')) {
        const line = this.#buffer.subarray(0, end + 1).toString('latin1');
        this.#buffer = this.#buffer.subarray(end + 1);
        if (line.endsWith('\r\n')) this.#take(line.slice(0, -2));
        else this.#end('500 5.5.2 a line ends with CRLF');
      }
    });
  }

  #say(line: string): void {
    if (this.#socket.writable) this.#socket.write(`${line}\r\n`);
  }

  #end(line: string): void {
    this.#say(line);
    this.#socket.end();
  }

  /** Whether a fault took over. */
  #fails(stage: SmtpStage): boolean {
    const fault = this.#post.nextFault(stage);
    if (fault === undefined) return false;
    if ('reply' in fault) this.#say(fault.reply);
    else if (fault.kind === 'reset') this.#socket.destroy();
    return true;
  }

  async #command(line: string): Promise<void> {
    const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    const name = verb.toUpperCase();
    if (line.length + 2 > MAX_COMMAND) return this.#say('500 5.5.2 line too long');
    const stage = STAGES[name];
    if (stage !== undefined && this.#fails(stage)) return;
    if (name === 'EHLO') return this.#greet();
    if (name === 'STARTTLS' && this.#offersTls()) return this.#startTls();
    if (name === 'AUTH') return this.#authenticate(rest);
    if (name === 'MAIL') return this.#mail(rest);
    if (name === 'RCPT') return this.#rcpt(rest);
    if (name === 'DATA') return this.#data();
    if (name === 'QUIT') return this.#end('221 2.0.0 bye');
    this.#say('502 5.5.1 command not implemented');
  }

  #offersTls(): boolean {
    return this.#rules.certificate !== undefined && !this.#isEncrypted;
  }

  #greet(): void {
    const { maxBytes = 10_000_000, mechanisms = ['PLAIN', 'LOGIN', 'CRAM-MD5'], user } = this.#rules;
    const offers = [
      'fake.example',
      `SIZE ${maxBytes}`,
      ...(this.#offersTls() ? ['STARTTLS'] : []),
      ...(user === undefined ? [] : [`AUTH ${mechanisms.join(' ')}`]),
    ];
    offers.forEach((offer, index) => this.#say(`250${index === offers.length - 1 ? ' ' : '-'}${offer}`));
  }

  #startTls(): void {
    this.#say('220 2.0.0 ready');
    this.#socket.removeAllListeners('data');
    this.#socket = this.#encrypted(this.#socket);
    this.#isEncrypted = true;
    this.#listen();
  }

  async #authenticate(rest: string): Promise<void> {
    const { user, mechanisms } = this.#rules;
    const [mechanism = ''] = rest.split(' ');
    const isOffered = mechanisms === undefined || mechanisms.includes(mechanism);
    if (user === undefined || !isOffered) return this.#say('504 5.5.4 mechanism not supported');
    this.#login = await login(rest, user, (challenge) => this.#ask(challenge));
    this.#say(this.#login === undefined ? '535 5.7.8 authentication failed' : '235 2.7.0 welcome');
  }

  #ask(challenge: string): Promise<string> {
    this.#say(`334 ${Buffer.from(challenge).toString('base64')}`);
    return new Promise((resolve) => {
      this.#take = (line) => {
        this.#take = (next) => void this.#command(next);
        resolve(Buffer.from(line, 'base64').toString());
      };
    });
  }

  #mail(rest: string): void {
    const { user, maxBytes = 10_000_000 } = this.#rules;
    const [, from, size = '0'] = /^FROM:<([^>]*)>(?:.*SIZE=(\d+))?/i.exec(rest) ?? [];
    if (user !== undefined && this.#login === undefined)
      return this.#say('530 5.7.0 authentication required');
    if (from === undefined) return this.#say('501 5.5.4 syntax: MAIL FROM:<address>');
    if (Number(size) > maxBytes) return this.#say('552 5.3.4 message too big');
    this.#from = from;
    this.#to = [];
    this.#say('250 2.1.0 ok');
  }

  #rcpt(rest: string): void {
    const [, to] = /^TO:<([^>]+)>/i.exec(rest) ?? [];
    if (this.#from === undefined) return this.#say('503 5.5.1 MAIL first');
    if (to === undefined) return this.#say('501 5.1.3 bad address');
    if (this.#rules.unknown?.includes(to) === true) return this.#say(`550 5.1.1 <${to}>: user unknown`);
    this.#to.push(to);
    this.#say('250 2.1.5 ok');
  }

  #data(): void {
    if (this.#to.length === 0) return this.#say('503 5.5.1 RCPT first');
    this.#say('354 end with <CRLF>.<CRLF>');
    this.#lines = [];
    this.#take = (line) => {
      if (line !== '.') return void this.#lines.push(line.replace(/^\./, ''));
      this.#take = (next) => void this.#command(next);
      this.#finish(this.#lines);
    };
  }

  #finish(lines: readonly string[]): void {
    const isEightBit = lines.some((line) => /[\u0080-\u00ff]/.test(line));
    if (isEightBit) return this.#say('554 5.6.3 8BITMIME was not offered');
    if (lines.some((line) => line.length + 2 > MAX_LINE)) return this.#say('500 5.6.0 line too long');
    const size = lines.reduce((sum, line) => sum + line.length + 2, 0);
    if (size > (this.#rules.maxBytes ?? 10_000_000)) return this.#say('552 5.3.4 message too big');
    const fault = this.#post.nextFault('message');
    if (fault !== undefined && 'reply' in fault) return this.#say(fault.reply);
    const envelope = { from: this.#from ?? '', to: this.#to };
    this.#post.accept({
      ...envelope,
      ...parseMail(lines),
      isEncrypted: this.#isEncrypted,
      login: this.#login,
    });
    if (fault === undefined) return this.#say('250 2.0.0 accepted');
    if (fault.kind === 'reset') this.#socket.destroy();
  }
}
