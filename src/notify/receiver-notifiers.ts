import type { Notifier } from '../model/incident.ts';
import { createAlertmanagerNotifier, type AlertmanagerOptions } from './alertmanager-notifier.ts';
import { createConsoleNotifier } from './console-notifier.ts';
import type { NotifyDependencies } from './dependencies.ts';
import { createEmailNotifier, type EmailOptions } from './email-notifier.ts';
import { createPagerDutyNotifier, type PagerDutyOptions } from './pagerduty-notifier.ts';
import { createSlackNotifier } from './slack-notifier.ts';
import type { SlackOptions } from './slack-options.ts';
import { createWebhookNotifier, type WebhookOptions } from './webhook-notifier.ts';

interface Common {
  readonly send_resolved: boolean;
}

/** A receiver as the configuration has it. */
export interface ReceiverOptions {
  readonly console_configs: readonly Common[];
  readonly pagerduty_configs: readonly (Common & PagerDutyOptions)[];
  readonly slack_configs: readonly (Common & SlackOptions)[];
  readonly webhook_configs: readonly (Common & WebhookOptions & { readonly wakes: boolean })[];
  readonly email_configs: readonly (Common & EmailOptions)[];
  readonly alertmanager_configs: readonly (Common & AlertmanagerOptions)[];
}

/** One of a receiver's notifiers, as routing needs to know it. */
export interface ReceiverNotifier {
  readonly kind: string;
  readonly notifier: Notifier;
  readonly wakes: boolean;
  readonly sendResolved: boolean;
  /** It passes single alerts on to somebody who groups them: nothing is folded for it. */
  readonly isForwarder?: true;
}

/** The notifiers of a receiver, always in the same order: their position is part of what the journal knows. */
export function notifiersOf(receiver: ReceiverOptions, dependencies: NotifyDependencies): ReceiverNotifier[] {
  const entry = (
    kind: string,
    wakes: boolean,
    { send_resolved: sendResolved }: Common,
    notifier: Notifier,
  ): ReceiverNotifier => ({
    kind,
    wakes,
    sendResolved,
    notifier,
  });
  return [
    ...receiver.pagerduty_configs.map((c) =>
      entry('pagerduty', true, c, createPagerDutyNotifier(c, dependencies)),
    ),
    ...receiver.slack_configs.map((c) => entry('slack', false, c, createSlackNotifier(c, dependencies))),
    ...receiver.webhook_configs.map((c) =>
      entry('webhook', c.wakes, c, createWebhookNotifier(c, dependencies)),
    ),
    ...receiver.email_configs.map((c) => entry('email', false, c, createEmailNotifier(c, dependencies))),
    ...receiver.alertmanager_configs.map((c) => ({
      ...entry('alertmanager', false, c, createAlertmanagerNotifier(c, dependencies)),
      isForwarder: true as const,
    })),
    ...receiver.console_configs.map((c) => entry('console', false, c, createConsoleNotifier(dependencies))),
  ];
}
