import { unescape } from 'node:querystring';

/** A login as it is sent after `Basic` (RFC 7617). */
export function basicOf(username: string, password = ''): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

/** Name and password that an address holds; undefined where it has none. */
export function loginOf(
  address: string,
): { readonly username: string; readonly password: string } | undefined {
  const { username, password } = new URL(address);
  if (username === '' && password === '') return undefined;
  return { username: unescape(username), password: unescape(password) };
}

/** What must not be shown of the login of an address, as it is and as it is sent. */
export function loginSecrets(address: string): string[] {
  const login = loginOf(address);
  return login === undefined ? [] : [login.password, basicOf(login.username, login.password)];
}
