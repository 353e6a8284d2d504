import { mrkdwnText } from '../model/mrkdwn-text.ts';

/** `text` for a mrkdwn object: the three characters that mean something escaped (docs.slack.dev, formatting), at most `max` long. */
export function escapeMrkdwn(text: string, max: number): string {
  return cutMrkdwn(mrkdwnText(text), max);
}

/** Text that is escaped already, at most `max` long. */
export function cutMrkdwn(escaped: string, max: number): string {
  if (escaped.length <= max) return escaped;
  // Neither half of an escape nor half of a character may stay behind.
  return `${escaped
    .slice(0, max - 1)
    .replace(/&[a-z]{0,3}$/, '')
    .replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A link with a fixed label; an address that is not http is shown as text, so that nothing else can be smuggled in. */
export function mrkdwnLink(address: string, label: string, max = 1000): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const href =
    url === undefined ? '' : escapeMrkdwn(url.href.replaceAll('|', '%7C'), Number.POSITIVE_INFINITY);
  if (url === undefined || !/^https?:$/.test(url.protocol) || href.length > max)
    return `${label}: ${escapeMrkdwn(address, max)}`;
  return `<${href}|${label}>`;
}

/** A moment in the reader's own time zone; UTC where the client cannot tell. */
export function mrkdwnTime(ms: number): string {
  const utc = new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  return `<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time}|${utc} UTC>`;
}

/** The same, the time of day alone. */
export function mrkdwnClock(ms: number): string {
  const utc = new Date(ms).toISOString().slice(11, 16);
  return `<!date^${Math.floor(ms / 1000)}^{time}|${utc} UTC>`;
}
