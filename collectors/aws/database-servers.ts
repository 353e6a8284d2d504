import type { Fleet } from '../../src/collect/contract.ts';

/** A database server as the fleet knows it. */
export interface FleetServer {
  /** As most instances spell it in `info.database_server`. */
  readonly name: string;
  /** Instances on it. */
  readonly tenants: number;
  /** Spellings of others, which joins on the name miss. */
  readonly otherSpellings: readonly string[];
}

/** Where servers are looked for. */
export interface ServerPlace {
  readonly region: string | undefined;
  readonly accounts: readonly { readonly regions: readonly string[] }[];
}

/**
 * Finds the server that instances name by any of several names: the identifier, or the address with or without port
 * (`tcp:sql-7.abc.eu-west-1.rds.amazonaws.com,1433`). Two regions may have one identifier: an instance whose
 * `info.region` is another region of ours does not mean this one.
 */
export function databaseServersOf(
  fleet: Fleet,
  { region, accounts }: ServerPlace,
): (names: readonly string[]) => FleetServer | undefined {
  const elsewhere = new Set(accounts.flatMap(({ regions }) => regions).filter((each) => each !== region));
  const spellings = new Map<string, Map<string, number>>();
  for (const { info } of fleet.all()) {
    const raw = info['database_server'];
    if (raw === undefined || raw === '') continue;
    if (isIdentifier(raw) && elsewhere.has(info['region'] ?? '')) continue;
    const counts = spellings.get(plain(raw)) ?? new Map<string, number>();
    spellings.set(plain(raw), counts.set(raw, (counts.get(raw) ?? 0) + 1));
  }

  return (names) => {
    const found = [...new Set(names.map(plain))].flatMap((name) => [...(spellings.get(name) ?? [])]);
    const [first, ...others] = found.toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    if (first === undefined) return undefined;
    return {
      name: first[0],
      tenants: found.reduce((sum, [, count]) => sum + count, 0),
      otherSpellings: others.map(([name]) => name),
    };
  };
}

/** An address names its region; an identifier has no dot. */
function isIdentifier(name: string): boolean {
  return !plain(name).includes('.');
}

/** Without protocol, port and case. */
function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^tcp:/, '')
    .replace(/[,:]\d+$/, '');
}
