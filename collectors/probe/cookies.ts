/** What a browser would send back while it follows redirects: by host, without regard to paths and domains. */
export interface Cookies {
  take(url: URL, setCookies: readonly string[]): void;
  /** The header for a URL, sorted by name; empty without cookies. */
  header(url: URL): string;
}

/** Cookies of one probe. A cookie that a `Domain` would give to other hosts too stays with the host that set it. */
export function createCookies(): Cookies {
  const byHost = new Map<string, Map<string, string>>();
  return {
    take({ hostname }, setCookies) {
      const jar = byHost.get(hostname) ?? new Map<string, string>();
      byHost.set(hostname, jar);
      for (const [name, value] of setCookies.map(parse)) {
        if (value === undefined) jar.delete(name);
        else jar.set(name, value);
      }
    },
    header({ hostname }) {
      const jar = [...(byHost.get(hostname) ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
      return jar.map(([name, value]) => `${name}=${value}`).join('; ');
    },
  };
}

/** Name and value; no value where the cookie is taken back (`Max-Age=0`, `Expires` in 1970). */
function parse(line: string): [string, string | undefined] {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const isGone = attributes.some(
    (each) => /^max-age=(0|-\d+)$/i.test(each) || /^expires=.*\b19[67]\d\b/i.test(each),
  );
  return [pair.slice(0, Math.max(at, 0)), isGone ? undefined : pair.slice(at + 1)];
}
