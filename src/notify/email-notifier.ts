import type { SendMailOptions } from 'nodemailer';
import { Failure } from '../model/failure.ts';
import type { Incident, Notifier } from '../model/incident.ts';
import { membersOf } from '../model/json.ts';
import type { Messenger } from '../model/messenger.ts';
import { oneLine } from '../model/one-line.ts';
import { reportPart, type NotifyDependencies } from './dependencies.ts';
import { emailHtml } from './email-html.ts';
import { createSendMail, type SmtpOptions } from './email-transport.ts';
import { emailSubject, emailText } from './email-words.ts';
import { createFill, type Fill } from './fill-template.ts';

export interface EmailOptions extends SmtpOptions {
  /** Addresses with commas between; a template, as `from`. */
  readonly to: string;
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Templates instead of our own words; an empty one of `html` leaves that part out. */
  readonly html?: string | undefined;
  readonly text?: string | undefined;
}

/** Exchange Online takes 30 messages a minute of one sender; others take more. */
const PER_MINUTE = 30;
/** So many are left to what begins. */
const ENDS_PER_MINUTE = 20;

/** No program that answers by itself should answer (RFC 3834, section 5; Microsoft's header for Exchange). */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' } as const;

/**
 * Mails of an incident are one thread: the first has a Message-ID of its own, the next refer to it and to the one before
 * (RFC 5322, section 3.6.4). The id is that of the notification, so a mail that arrives twice is known to be one.
 */
export function createEmailNotifier(options: EmailOptions, dependencies: NotifyDependencies): Notifier {
  const send = createSendMail(options);
  const fill = createFill('email', dependencies);
  return {
    showsHealing: false,
    async notify(incident, signal) {
      const mail = mailOf(incident, options, fill);
      const isEnd = incident.status === 'resolved';
      dependencies.paces.take(`email ${options.smarthost}`, isEnd ? ENDS_PER_MINUTE : PER_MINUTE);
      const refused = await send({ ...mail, date: new Date(dependencies.clock.now()) }, signal);
      if (refused.length > 0)
        reportPart(dependencies, 'email', incident, 'one of several addresses', refusal(refused));
      // What comes after an end is another incident, and another thread.
      if (isEnd) return { ref: {} };
      return { ref: { root: threadOf(incident)[0] ?? mail.messageId, last: mail.messageId } };
    },
  };
}

/** Sends a message as it is, to addresses that are no templates. */
export function createEmailMessenger(options: EmailOptions, { clock }: NotifyDependencies): Messenger {
  const send = createSendMail(options);
  const { from, to } = options;
  return {
    kind: 'email',
    async send({ id, subject, text, html }, signal) {
      if (`${from}${to}`.includes('{{'))
        throw new Failure('invalid', 'from and to are templates: only mails about incidents can fill them');
      const messageId = messageIdOf(id, from);
      const mail = { from, to, subject: oneLine(subject), text, html, messageId, headers: AUTOMATIC };
      const refused = await send({ ...mail, date: new Date(clock.now()) }, signal);
      if (refused.length > 0) throw refusal(refused);
    },
  };
}

function refusal(addresses: readonly string[]): Failure {
  return new Failure('rejected', `the mail server refused ${addresses.join(', ')} (check to)`);
}

type Mail = SendMailOptions & { readonly messageId: string };

function mailOf(incident: Incident, options: EmailOptions, fill: Fill): Mail {
  const { from, to } = addressesOf(incident, options, fill);
  const { subject, shown, headers } = headersOf(incident, options, fill);
  const thread = threadOf(incident);
  return {
    envelope: { from, to },
    from: shown.from ?? from,
    to: shown.to ?? to,
    subject,
    ...bodyOf(incident, options, fill),
    messageId: messageIdOf(incident.sequence, from),
    ...(thread.length === 0 ? {} : { inReplyTo: thread.at(-1), references: thread }),
    headers: { ...AUTOMATIC, 'X-Octowatch-Incident': incident.key, ...headers },
  };
}

/** A part that is no template, or cannot be filled, is in our own words; those say what could not. */
function bodyOf(incident: Incident, options: EmailOptions, fill: Fill): { text: string; html?: string } {
  const html = fill(incident, { name: 'html', template: options.html, own: '' }, 'html');
  const text = fill(incident, { name: 'text', template: options.text, own: '' });
  const noted = fill.noted(incident);
  return {
    text: text === '' ? emailText(noted) : text,
    ...(options.html === '' ? {} : { html: html === '' ? emailHtml(noted) : html }),
  };
}

function addressesOf(incident: Incident, options: EmailOptions, fill: Fill): { from: string; to: string } {
  const address = (name: 'from' | 'to'): string => {
    const text = oneLine(fill(incident, { name, template: options[name], own: '' }));
    if (text === '') throw new Failure('invalid', `${name} has no address for this incident`);
    return text;
  };
  return { from: address('from'), to: address('to') };
}

interface Headers {
  readonly subject: string;
  /** `From` and `To` as they are shown, where they are not the addresses. */
  readonly shown: { readonly from?: string; readonly to?: string };
  readonly headers: Readonly<Record<string, string>>;
}

function headersOf(incident: Incident, options: EmailOptions, fill: Fill): Headers {
  let subject = emailSubject(incident);
  const shown: { from?: string; to?: string } = {};
  const headers: Record<string, string> = {};
  for (const [name, template] of Object.entries(options.headers)) {
    const own = /^subject$/i.test(name) ? subject : '';
    const value = oneLine(fill(incident, { name: `headers.${name}`, template, own }));
    if (value === '') continue;
    if (/^subject$/i.test(name)) subject = value;
    else if (/^from$/i.test(name)) shown.from = value;
    else if (/^to$/i.test(name)) shown.to = value;
    else headers[name] = value;
  }
  return { subject: oneLine(subject), shown, headers };
}

/** The ids of the first mail of the incident and of the one before; none for the first. */
function threadOf({ receipt }: Incident): string[] {
  const { root, last } = membersOf(receipt);
  return [...new Set([root, last])].filter((id) => typeof id === 'string');
}

function messageIdOf(id: string, from: string): string {
  const [domain = 'octowatch'] = /(?<=@)[A-Za-z0-9.-]+/.exec(from) ?? [];
  return `<${id}@${domain}>`;
}
