import type { Incident } from '../../model/incident.ts';
import { mrkdwnText } from '../../model/mrkdwn-text.ts';
import type { Escaper } from '../../template/escaper.ts';
import { createHtmlEscaper } from '../../template/html-escaper.ts';
import { renderParsed } from '../../template/render.ts';
import type { Template } from '../../template/tree.ts';
import { NotificationData } from './notification-data.ts';
import { notificationFunctions, pageFunctions } from './notification-functions.ts';
import { parseNotificationTemplate, type TemplateSet } from './template-set.ts';

/** A template that takes longer is broken; it holds up everything else in the meantime. So do all of one message. */
const MAX_MS = 250;
const MAX_MESSAGE_MS = 500;
const MAX_LENGTH = 262_144;
/** Templates of a configuration that are kept parsed. */
const MAX_PARSED = 500;

/** A name in an alert must not be a link, or call a whole channel. */
const MRKDWN: Escaper = {
  literal: (text) => text,
  value: (text, safe) => (safe?.kind === 'html' ? text : mrkdwnText(text)),
  end() {},
};

/**
 * Fills a template with the data of an incident, as Alertmanager does. `html` is a page, in which what is inserted is
 * escaped by where it stands; `mrkdwn` is text of Slack, in which it is escaped, but for what `safeHtml` lets through.
 * It is bounded in steps, time and length.
 * @throws Failure `invalid` with the position in the template
 */
export type RenderNotification = (
  template: string,
  incident: Incident,
  as: 'text' | 'html' | 'mrkdwn',
) => string;

/** @param now ms since the epoch @param elapsed ms from any beginning, that only grow */
export function createRender(
  set: TemplateSet,
  { now, elapsed }: { readonly now: () => number; readonly elapsed: () => number },
): RenderNotification {
  const text = notificationFunctions(now);
  const page = pageFunctions(text);
  const parsed = new Map<string, Template>();
  /** What has been made of an incident for the fields of its message: of 10,000 alerts that is a third of a second. */
  const filled = new WeakMap<Incident, { readonly data: NotificationData; spentMs: number }>();

  function parse(template: string): Template {
    const known = parsed.get(template) ?? parseNotificationTemplate(template, 'template');
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parsed.set(template, known);
    return known;
  }

  return (template, incident, as) => {
    const message = filled.get(incident) ?? { data: new NotificationData(incident), spentMs: 0 };
    filled.set(incident, message);
    const begun = elapsed();
    const deadline = begun + Math.min(MAX_MS, MAX_MESSAGE_MS - message.spentMs);
    try {
      return renderParsed(parse(template), message.data, {
        functions: as === 'text' ? text : page,
        templates: set,
        maxLength: MAX_LENGTH,
        isLate: () => elapsed() > deadline,
        ...(as === 'text' ? {} : { escaper: as === 'html' ? createHtmlEscaper() : MRKDWN }),
      });
    } finally {
      message.spentMs += elapsed() - begun;
    }
  };
}
