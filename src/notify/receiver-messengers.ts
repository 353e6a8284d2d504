import type { Messenger } from '../model/messenger.ts';
import { createConsoleMessenger } from './console-notifier.ts';
import type { NotifyDependencies } from './dependencies.ts';
import { createEmailMessenger } from './email-notifier.ts';
import type { ReceiverOptions } from './receiver-notifiers.ts';
import { createSlackMessenger } from './slack-messenger.ts';
import { createWebhookMessenger } from './webhook-notifier.ts';

/** Where a receiver gets messages that are no incidents, such as the weekly report; PagerDuty gets none. */
export function messengersOf(receiver: ReceiverOptions, dependencies: NotifyDependencies): Messenger[] {
  return [
    ...receiver.slack_configs.map((config) => createSlackMessenger(config, dependencies)),
    ...receiver.webhook_configs.map((config) => createWebhookMessenger(config, dependencies)),
    ...receiver.email_configs.map((config) => createEmailMessenger(config, dependencies)),
    ...receiver.console_configs.map(() => createConsoleMessenger(dependencies)),
  ];
}
