/** Of everything that is read of a region. */
export const ACCOUNT_DIMENSIONS = {
  account: { help: 'Account, by its name in the configuration.' },
  region: { help: 'Region.' },
} as const;
