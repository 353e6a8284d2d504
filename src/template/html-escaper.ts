import type { Escaper } from './escaper.ts';
import { HtmlContextReader } from './html-context.ts';

/**
 * Escapes what a template inserts into a page by where it stands, as Go's html/template does; no value can stand in
 * scripts, styles and names, and no page ends within a tag, a comment or an element that is all text.
 */
export function createHtmlEscaper(): Escaper {
  const reader = new HtmlContextReader();
  return {
    literal: (text) => reader.write(text),
    end() {
      if (!reader.isAtRest) throw new Error('the page ends within a tag, a comment or a text');
    },
    value(text, safe) {
      const { context } = reader;
      if (context.kind === 'nowhere') throw new Error(`no value can stand in ${context.what}`);
      if (context.kind === 'comment') return '';
      const isHtml = safe?.kind === 'html';
      if (context.kind === 'text') return isHtml ? text : escapeHtml(text);
      const part = isHtml ? withoutTags(text) : text;
      const url = context.url === undefined ? part : urlPart(part, context.url, safe?.kind === 'url');
      const escaped = context.isBare ? escapeBare(url) : escapeHtml(url);
      reader.insert(escaped);
      return escaped;
    },
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '\0': '\uFFFD',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
};

function escapeHtml(text: string): string {
  return text.replace(/[\0"&'+<>]/g, (found) => ENTITIES[found] ?? found);
}

/** Of a value without quotes: white space and what could begin another attribute, too. */
function escapeBare(text: string): string {
  return escapeHtml(text).replace(/[\t\n\v\f\r =`]/g, (found) => `&#${found.charCodeAt(0)};`);
}

function withoutTags(html: string): string {
  return html.replace(/<[^>]*>/g, '');
}

/** What stands for an address of a kind that could run something: Go's own mark. */
const UNSAFE_URL = '#ZgotmplZ';

function urlPart(text: string, where: 'begin' | 'path' | 'query', isSafe: boolean): string {
  if (where === 'query') return isSafe ? normalizeUrl(text) : percentEncode(text, /[^A-Za-z0-9\-._~]/gu);
  const [, scheme] = /^([^:/]*):/.exec(text) ?? [];
  const isKnown = scheme === undefined || /^(?:https?|mailto)$/i.test(scheme);
  return where === 'begin' && !isSafe && !isKnown ? UNSAFE_URL : normalizeUrl(text);
}

/** Encodes what no URL has in it, and leaves what is encoded already. */
function normalizeUrl(text: string): string {
  return percentEncode(text, /%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!#$&*+,/:;=?@[\]%]/gu);
}

function percentEncode(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (found) =>
    Array.from(Buffer.from(found), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
