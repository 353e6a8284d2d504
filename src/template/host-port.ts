import { isIP } from 'node:net';

interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** The host of `host:port`, brackets of an IPv6 address taken off; what is no such pair comes back as it is. */
export function stripPort(text: string): string {
  return split(text)?.host ?? text;
}

/** The first label of a host name, its port kept; an address comes back as it is. */
export function stripDomain(text: string): string {
  const { host, port } = split(text) ?? { host: text, port: '' };
  if (isIP(host) !== 0) return text;
  const name = host.split('.', 1)[0] ?? '';
  if (port === '') return name;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

/** Go's `net.SplitHostPort`; undefined where that is an error. */
function split(text: string): HostPort | undefined {
  const found = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  return found === null ? undefined : { host: found[1] ?? found[2] ?? '', port: found[3] ?? '' };
}
