import type { ActionsBlock, Button } from '@slack/web-api';
import { cutText } from '../model/cut-text.ts';
import type { Incident } from '../model/incident.ts';
import type { RemedyOffer } from '../model/plan.ts';

/** How long the button silences, ms. */
export const SILENCE_MS = 3_600_000;

/** The `action_id` of each button; what a press carries besides is the incident's key. */
export const BUTTONS = {
  acknowledge: 'acknowledge',
  silence: 'silence_1h',
  runRemedy: 'run_remedy',
  openIncident: 'open_incident',
  runbook: 'runbook',
} as const;

// Limits of docs.slack.dev, Block Kit: button element, confirmation dialog object.
const MAX_URL = 3000;
const MAX_TITLE = 100;
const MAX_PLAN = 300;

/**
 * What a person can do about an open incident, always in the same order. Only for a message whose presses are heard:
 * Slack marks any button, a link too, with a warning when nobody acknowledges the press.
 */
export function slackButtons(incident: Incident, offer: RemedyOffer | undefined): ActionsBlock {
  const { key, acknowledged, details } = incident;
  const { incident: page, runbook } = details.links;
  return {
    type: 'actions',
    elements: [
      ...(acknowledged === undefined
        ? [{ ...button(BUTTONS.acknowledge, 'Acknowledge', key), style: 'primary' as const }]
        : []),
      button(BUTTONS.silence, 'Silence 1 h', key),
      ...(offer === undefined ? [] : [remedyButton(key, offer)]),
      ...linkButton(BUTTONS.openIncident, 'Open incident', page),
      ...linkButton(BUTTONS.runbook, 'Runbook', runbook),
    ],
  };
}

/** It shows what would be done, and acts on the second press only. */
function remedyButton(key: string, { remedy, plan }: RemedyOffer): Button {
  const words = plan === undefined ? `It looks for what to do, then does it.` : `It will ${plan}.`;
  return {
    ...button(BUTTONS.runRemedy, 'Run remedy', key),
    confirm: {
      title: plain(cutText(`Run ${remedy}?`, MAX_TITLE)),
      text: plain(cutText(`${cutText(words, MAX_PLAN - 40)} Budgets hold as ever.`, MAX_PLAN)),
      confirm: plain('Run it'),
      deny: plain('Not now'),
      style: 'danger',
    },
  };
}

function button(action: string, text: string, value: string): Button {
  return { type: 'button', action_id: action, text: plain(text), value };
}

function linkButton(action: string, text: string, address: string | undefined): Button[] {
  if (address === undefined || !URL.canParse(address)) return [];
  const { protocol, href } = new URL(address);
  if (!/^https?:$/.test(protocol) || href.length > MAX_URL) return [];
  return [{ type: 'button', action_id: action, text: plain(text), url: href }];
}

function plain(text: string): { type: 'plain_text'; text: string; emoji: false } {
  return { type: 'plain_text', text, emoji: false };
}
