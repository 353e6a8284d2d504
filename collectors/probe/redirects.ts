import { createCookies } from './cookies.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** As many URLs of a loop as a person can take in. */
const MOST_SHOWN = 6;

/** One step on the way. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** Empty without cookies. */
  readonly cookie: string;
}

/** What came of an answer: the next request, nothing to follow, or why it cannot be followed. */
export type Step =
  | { readonly kind: 'done' }
  | { readonly kind: 'next'; readonly hop: Hop }
  | { readonly kind: 'loop' | 'bad'; readonly message: string };

export interface RedirectAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly setCookies: readonly string[];
}

/**
 * Follows redirects as a browser does, with cookies. It is a loop when the same request would be made again with the
 * same cookies, as nothing can come of it, or when there are more than `most`.
 */
export function createRedirects(
  start: URL,
  method: string,
  most: number,
): { readonly first: Hop; follow(hop: Hop, answer: RedirectAnswer): Step; readonly count: number } {
  const cookies = createCookies();
  const first = { url: start, method, cookie: '' };
  const visited = [first];
  const seen = new Set([keyOf(first)]);

  function follow(hop: Hop, { status, location, setCookies }: RedirectAnswer): Step {
    cookies.take(hop.url, setCookies);
    if (!REDIRECTS.has(status) || location === undefined) return { kind: 'done' };
    const url = URL.canParse(location, hop.url) ? new URL(location, hop.url) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol))
      return { kind: 'bad', message: `${shown(hop.url)} redirects to what is no http address` };
    url.hash = '';
    const next = { url, method: methodAfter(status, hop.method), cookie: cookies.header(url) };
    if (seen.has(keyOf(next))) return { kind: 'loop', message: `redirect loop: ${wayTo(next)}` };
    if (visited.length > most)
      return { kind: 'loop', message: `more than ${most} redirects: ${wayTo(next)}` };
    seen.add(keyOf(next));
    visited.push(next);
    return { kind: 'next', hop: next };
  }

  /** From where it began to go round, or the last ones, without queries. */
  function wayTo(next: Hop): string {
    const from = visited.findIndex((hop) => keyOf(hop) === keyOf(next));
    const way = [...visited.slice(from < 0 ? -MOST_SHOWN : from), next].slice(-MOST_SHOWN - 1);
    return way.map(({ url }) => shown(url)).join(' → ');
  }

  return {
    first,
    follow,
    get count() {
      return visited.length - 1;
    },
  };
}

/** A URL without what may hold secrets: user, query, fragment. */
export function shown({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function keyOf({ url, method, cookie }: Hop): string {
  return `${method} ${url.href} ${cookie}`;
}

/** As browsers do (fetch.spec.whatwg.org, "HTTP-redirect fetch"). */
function methodAfter(status: number, method: string): string {
  const isDropped = status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST';
  return isDropped ? 'GET' : method;
}
