import type { Incident } from '../model/incident.ts';
import type { Fill } from './fill-template.ts';

const MAX_ADDRESS = 2048;

/** Addresses that are shown besides ours; their texts are templates. */
export interface PagerDutyAddresses {
  readonly links?: readonly { readonly href: string; readonly text?: string | undefined }[] | undefined;
  /** PagerDuty takes `https` only: others are left out. */
  readonly images?: readonly PagerDutyImage[] | undefined;
}

export interface PagerDutyImage {
  readonly src: string;
  readonly alt?: string | undefined;
  readonly href?: string | undefined;
}

interface Link {
  readonly href: string;
  readonly text: string;
}

/** The ways from an incident, ours first; what is no address of the web is left out, as PagerDuty would refuse all of it. */
export function linksOf(incident: Incident, { links: more = [] }: PagerDutyAddresses, fill: Fill): Link[] {
  const { links } = incident.details;
  const ours = [
    { href: links.runbook ?? '', text: 'Runbook' },
    { href: links.tenant ?? '', text: 'Tenant' },
    { href: links.graph ?? '', text: 'Graph' },
    { href: links.silence, text: 'Silence this' },
    { href: links.subject ?? '', text: 'Open' },
  ];
  const theirs = more.map(({ href, text = '' }) => ({
    href: fill(incident, { name: 'links.href', template: href, own: '' }),
    text: fill(incident, { name: 'links.text', template: text, own: '' }),
  }));
  return [...ours, ...theirs].filter(({ href }) => isAddress(href));
}

/** `images` of an event, where there are any. */
export function imagesOf(
  incident: Incident,
  { images = [] }: PagerDutyAddresses,
  fill: Fill,
): { images?: readonly object[] } {
  const filled = (name: string, template: string): string =>
    fill(incident, { name: `images.${name}`, template, own: '' });
  const shown = images
    .map(({ src, alt = '', href = '' }) => ({
      src: filled('src', src),
      alt: filled('alt', alt),
      href: filled('href', href),
    }))
    .filter(({ src }) => isAddress(src) && src.startsWith('https:'));
  return shown.length === 0 ? {} : { images: shown };
}

function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS && /^https?:\/\//.test(text) && URL.canParse(text);
}
