import type { Incident, Notifier } from '../model/incident.ts';
import type { Messenger } from '../model/messenger.ts';

/** Lines for a terminal that stands for the on-call phone: `PAGE acme: queue stuck 12m`. */
export function createConsoleNotifier({ write }: { write: (line: string) => void }): Notifier {
  return {
    showsHealing: true,
    notify(incident) {
      write(consoleLine(incident));
      return Promise.resolve({});
    },
  };
}

/** A message that is no incident, as it is in plain text. */
export function createConsoleMessenger({ write }: { write: (line: string) => void }): Messenger {
  return {
    kind: 'console',
    send({ text }) {
      for (const line of text.split('\n')) write(line.replace(/\p{Cc}+/gu, ' '));
      return Promise.resolve();
    },
  };
}

/** The line of one notification, without control characters; always begins with its kind and, where there is one, the tenant. */
export function consoleLine(incident: Incident): string {
  const lastHeal = incident.heals.at(-1);
  const line = `${kindOf(incident)} ${addressed(incident)}${lastHeal === undefined ? '' : ` (${lastHeal})`}`;
  return line.replace(/\p{Cc}+/gu, ' ').replace(/ +/g, ' ');
}

function kindOf({ status, severity }: Incident): string {
  if (status !== 'firing') return status.toUpperCase();
  return severity === 'page' ? 'PAGE' : 'TICKET';
}

function addressed({ summary, commonLabels }: Incident): string {
  const { tenant } = commonLabels;
  return tenant === undefined || summary.startsWith(`${tenant}:`) ? summary : `${tenant}: ${summary}`;
}
