/** In every planted secret of a known form. */
export const CANARY = 'Canary7Secret';

/** Values of `redact.values_file`. */
export const LISTED = Array.from(
  { length: 1000 },
  (_, at) => `Listed7Value-${at}-${(at * 7919).toString(36)}`,
);

/** One of each form that is known, without a space or a quote, so that it can stand in a path or a name. */
export const NAMES = [
  `API-${CANARY}ABCDEFGH`,
  `eyJ${CANARY}.${CANARY}.x`,
  `ghp_${CANARY.repeat(3)}`,
  `xoxb-1234567890-${CANARY}`,
  `AKIA${CANARY.toUpperCase()}XYZ`,
  `token=${CANARY}`,
];

/** One of each form that is known. */
export const SHAPES = [
  ...NAMES,
  `Authorization: Bearer ${CANARY}.x.y`,
  `Server=sql;User Id=sa;Password=${CANARY};Encrypt=true`,
  `{"apiKey": "${CANARY}"}`,
  `https://bob:${CANARY}@example.com/x`,
  `https://hooks.slack.com/services/T0/B0/${CANARY}`,
  `AccountKey=${CANARY}==;EndpointSuffix=core.windows.net`,
  `https://x.blob.core.windows.net/c?sv=1&sig=${CANARY}%3D`,
  `aws_secret_access_key = ${CANARY}`,
  `-----BEGIN PRIVATE KEY-----\\n${CANARY}`,
];

export const SECRETS: readonly string[] = [...SHAPES, ...LISTED];

const ALL = [CANARY, CANARY.toUpperCase(), ...LISTED];

/** The planted secrets that a text holds. */
export function canariesIn(text: string): string[] {
  return ALL.filter((secret) => text.includes(secret));
}

/** Secrets in lots of `size`, one text each. */
export function inLots(size: number, between: string): string[] {
  const count = Math.ceil(SECRETS.length / size);
  return Array.from({ length: count }, (_, lot) => SECRETS.slice(lot * size, (lot + 1) * size).join(between));
}
