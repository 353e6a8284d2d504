import assert from 'node:assert/strict';
import { NO_METRICS } from '../../model/self-metrics.ts';
import type { WebSources } from '../sources.ts';
import { createWebApp } from '../web-app.ts';
import { TOKEN, webSources } from './web-fixture.ts';

export const ATTACK = '<script>alert("x")</script>';

export interface PageAnswer {
  readonly status: number;
  /** The markup, white space made one space. */
  readonly text: string;
  /** Where it leads, of a redirection. */
  readonly location: string | null;
}

export interface AskPages {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<PageAnswer>;
  /** Sends a form as a browser does from our own page. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<PageAnswer>;
}

const OWN = { host: 'localhost', origin: 'http://localhost', 'sec-fetch-site': 'same-origin' };

/** The pages of these sources on loopback. Each that is got is looked at for what all pages have to have. */
export function askPages(changes: Partial<WebSources> = {}): AskPages {
  const access = { token: TOKEN, metrics: NO_METRICS, loopback: true, hosts: ['localhost'] };
  const app = createWebApp(webSources(changes), access);
  async function ask(path: string, init: RequestInit): Promise<PageAnswer> {
    const response = await app.request(`http://localhost${path}`, init);
    const text = (await response.text()).replaceAll(/\s+/g, ' ');
    if (response.headers.get('content-type')?.startsWith('text/html') === true) checkPage(text);
    return { status: response.status, text, location: response.headers.get('location') };
  }
  return {
    get: (path, headers = {}) => ask(path, { headers: { host: 'localhost', ...headers } }),
    post: (path, fields, headers = OWN) =>
      ask(path, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { host: 'localhost', ...headers },
      }),
  };
}

/** What axe would find without a browser, and what no page may have. */
function checkPage(text: string): void {
  assert.match(text, /<html lang="en">/);
  for (const only of [/<h1/g, /<main/g, /<header/g, /<title>/g])
    assert.equal(text.match(only)?.length, 1, String(only));
  assert.doesNotMatch(text, /<script|<img|javascript:|\son\w+=/i);
  for (const [head] of text.matchAll(/<th\b[^>]*>/g)) assert.match(head, /scope="(?:col|row)"/);
  for (const [field] of text.matchAll(/<(?:input|textarea|select)\b[^>]*>/g)) {
    if (/type="(?:hidden|radio)"/.test(field)) continue;
    const id = /\sid="([^"]+)"/.exec(field)?.[1];
    assert.ok(text.includes(`<label for="${id}"`), `${field} has a label`);
  }
  for (const [svg] of text.matchAll(/<svg\b[^>]*>/g)) assert.match(svg, /role="img" aria-label="[^"]+"/);
  assert.ok(!text.includes(TOKEN));
}
