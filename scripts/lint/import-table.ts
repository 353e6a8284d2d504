/** What a folder of the project may import; a folder may always import itself. */
export type Allowed = readonly string[] | { readonly allBut: readonly string[] };

/**
 * The architecture as data: area on the left, the areas it may import on the right.
 * `collectors` stands for the folders in it, `registry` for `collectors/index.ts`.
 */
export const importTable: Readonly<Record<string, Allowed>> = {
  model: [],
  system: ['model'],
  template: ['model'],
  promql: ['model'],
  octopus: ['model'],
  kubernetes: ['model'],
  aws: ['model'],
  fleet: ['model', 'octopus', 'kubernetes', 'aws'],
  redact: ['model'],
  collect: ['model'],
  spool: ['model'],
  store: ['model'],
  notify: ['model'],
  telemetry: ['model'],
  alerts: ['model', 'template'],
  ruler: ['model', 'promql', 'template'],
  heal: ['model', 'octopus'],
  'sign-up-gate': ['model', 'collect'],
  backtest: ['model', 'promql', 'ruler', 'alerts', 'template'],
  config: ['model'],
  collectors: ['model', 'octopus', 'kubernetes', 'aws', 'collect'],
  registry: ['model', 'aws', 'kubernetes', 'collect', 'collectors'],
  simulator: ['model', 'octopus'],
  web: { allBut: ['app', 'main', 'cli', 'registry'] },
  cli: { allBut: ['app', 'main', 'web', 'registry'] },
  app: { allBut: ['cli', 'main'] },
  main: ['app', 'cli', 'config', 'model', 'redact'],
  dashboards: ['model', 'octopus', 'collectors'],
};

/** The area a file belongs to, by its path from the root; undefined where imports are free. */
export function areaOf(path: string): string | undefined {
  if (path.endsWith('.test.ts')) return undefined;
  if (path === 'collectors/index.ts') return 'registry';
  const [top, second] = path.split('/');
  if (top === 'collectors' || top === 'dashboards') return top;
  if (top !== 'src' || second === undefined) return undefined;
  return second.replace(/\.ts$/, '');
}

/** Why `from` may not import `to` (both paths from the root), or undefined when it may. */
export function importProblem(from: string, to: string): string | undefined {
  const area = areaOf(from);
  if (area === undefined) return undefined;
  const allowed = importTable[area];
  if (allowed === undefined) return `${from} is in no area of the import table`;
  if (to.endsWith('.test.ts') || to.startsWith('test/')) return `${area} may not import tests`;
  const target = areaOf(to);
  if (target === undefined) return `${area} may not import ${to}: it is in no area of the import table`;
  if (area === target) return collectorProblem(from, to);
  const free = 'allBut' in allowed ? !allowed.allBut.includes(target) : allowed.includes(target);
  return free ? undefined : `${area} may not import ${target}`;
}

function collectorProblem(from: string, to: string): string | undefined {
  const [top, mine] = from.split('/');
  const theirs = to.split('/')[1];
  if (top !== 'collectors' || mine === theirs) return undefined;
  return `collector ${mine} may not import collector ${theirs}`;
}
