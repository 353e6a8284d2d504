import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { sayTime } from '../../alerts/mute/say-time.ts';
import { humanDuration } from '../../model/duration.ts';
import type { WebSources } from '../sources.ts';
import { STYLE } from '../style.ts';

/** Markup: texts that are put into it are escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What the frame of every page shows. */
export type FrameSources = Pick<
  WebSources,
  'clock' | 'version' | 'lastEvaluation' | 'evaluationMs' | 'notice'
>;

export interface PageOptions {
  /** The situation in one sentence: the title. */
  readonly title: string;
  /** The way from this page to the first one: `../`. */
  readonly root: string;
  readonly main: Html;
  /** What must be seen before all else. */
  readonly banner?: Html | '';
  /** What stays under the thumb. */
  readonly actions?: Html;
  /** Seconds after which the browser asks anew. */
  readonly refreshS?: number;
}

/** A page of octowatch: its frame, with proof of life. Works without script. */
export function page(
  sources: FrameSources,
  { title, root, main, banner, actions, refreshS }: PageOptions,
): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refreshS === undefined ? '' : html`<meta http-equiv="refresh" content="${refreshS}" />`}
        <title>${title} · octowatch</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header class="top">
          <a class="brand" href="${root}"><b>octowatch</b></a>
          <nav aria-label="Pages">
            <a href="${root}silences">Silences</a> <a href="${root}graph">Graph</a>
          </nav>
          <span class="quiet version">${sources.version}</span>${proofOfLife(sources)}
        </header>
        ${sources.notice === undefined ? '' : html`<div class="notice">${sources.notice}</div>`}
        ${banner ?? ''}
        <main id="main">${main}</main>
        ${actions === undefined ? '' : html`<nav class="actions" aria-label="Actions">${actions}</nav>`}
      </body>
    </html>`;
}

/** The way from a path to the first page, also where a proxy serves all below a path of its own. */
export function rootOf(path: string): string {
  return '../'.repeat(path.split('/').length - 2) || './';
}

/** A time that was: `02:51 UTC, 13m ago`. */
export function ago(time: number, now: number): Html {
  return html`${at(time, now)}, ${humanDuration(Math.max(0, now - time))} ago`;
}

/** A time of the day, with its date when that is another: `02:51 UTC`. */
export function at(time: number, now: number): Html {
  return html`<time datetime="${new Date(time).toISOString()}">${sayTime(time, now)}</time>`;
}

/** A link to where others named; nothing where that is no address of the web. */
export function outwards(address: string | undefined, words: string, look = ''): Html | '' {
  if (address === undefined || !URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    return '';
  return html`<a class="${look}" href="${address}" rel="noreferrer">${words}</a>`;
}

function proofOfLife(sources: FrameSources): Html {
  const last = sources.lastEvaluation();
  if (last === undefined) return html`<span class="live" data-stale>no rules evaluated yet</span>`;
  const age = sources.clock.now() - last;
  const stale = age > 2 * sources.evaluationMs + 1000;
  return html`<span class="live" ${stale ? raw('data-stale') : ''}
    >${stale ? 'stale' : 'live'}, ${humanDuration(age)} ago</span
  >`;
}
