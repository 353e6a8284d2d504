import { createHmac } from 'node:crypto';

export interface SmtpUser {
  readonly name: string;
  readonly password: string;
}

/** Who logs in with `AUTH rest` and how: `PLAIN:jo`, `PLAIN:jo as ops`; undefined for somebody who may not. */
export async function login(
  rest: string,
  { name, password }: SmtpUser,
  ask: (challenge: string) => Promise<string>,
): Promise<string | undefined> {
  const [mechanism = '', initial] = rest.split(' ');
  const first = initial === undefined ? undefined : Buffer.from(initial, 'base64').toString();
  if (mechanism === 'PLAIN') {
    const [identity = '', user, secret] = (first ?? (await ask(''))).split('\0');
    const as = identity === '' ? '' : ` as ${identity}`;
    return user === name && secret === password ? `PLAIN:${user}${as}` : undefined;
  }
  if (mechanism === 'LOGIN') {
    const user = first ?? (await ask('Username:'));
    return (await ask('Password:')) === password && user === name ? `LOGIN:${user}` : undefined;
  }
  const challenge = '<1896.697170952@fake.example>';
  const expected = `${name} ${createHmac('md5', password).update(challenge).digest('hex')}`;
  return (await ask(challenge)) === expected ? `CRAM-MD5:${name}` : undefined;
}
