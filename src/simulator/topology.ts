import type { SeededRandom } from './random.ts';

/** How busy a tenant is; shares and rates are in `workload.ts`. */
export type TenantKind = 'dormant' | 'quiet' | 'active' | 'heavy';
/** `modern` quotes the outcome of a request and splits host and path; `legacy` does neither. */
export type LogGeneration = 'modern' | 'legacy';

/** Whether rates follow the tenant's week and day, or stay at the busy hours' rate. */
export type Calendar = 'local-time' | 'always-busy';

/** What a caller may fix about a tenant; all else is drawn from the seed. */
export interface TenantSpec {
  readonly tenant: string;
  readonly kind?: TenantKind;
  /** Tasks that people and builds start, per day at the busy hours' rate; overrides the kind's. */
  readonly tasksPerDay?: number;
  /** Multiplies how long its tasks run. Default 1. */
  readonly taskLength?: number;
  /** Overrides the fleet's. */
  readonly calendar?: Calendar;
  /** Whether projects have scheduled triggers, and `RecurringScheduledDeployments` runs therefore. */
  readonly hasSchedules?: boolean;
  readonly region?: string;
  readonly databaseServer?: string;
  /** The cluster machine that runs the instance. */
  readonly clusterNode?: string;
  readonly version?: string;
  readonly plan?: string;
  readonly nodeCount?: 1 | 2;
  readonly taskCap?: number;
  readonly logGeneration?: LogGeneration;
}

/** A tenant in its place. */
export interface Tenant {
  readonly tenant: string;
  readonly kind: TenantKind;
  readonly tasksPerDay: number | undefined;
  readonly taskLength: number;
  readonly calendar: Calendar | undefined;
  readonly hasSchedules: boolean;
  readonly region: string;
  readonly databaseServer: string;
  readonly clusterNode: string;
  readonly version: string;
  readonly plan: string;
  readonly nodeCount: number;
  readonly taskCap: number;
  readonly logGeneration: LogGeneration;
}

const NAMES = [
  'acme',
  'globex',
  'initech',
  'umbrella',
  'hooli',
  'stark',
  'wayne',
  'wonka',
  'tyrell',
  'cyberdyne',
  'soylent',
  'vandelay',
  'massive',
  'oscorp',
  'aperture',
  'monarch',
  'octan',
  'sirius',
  'weyland',
  'zorin',
];

/** Regions with the hours their working day is off UTC and their share of tenants. */
export const REGIONS = [
  { name: 'westeurope', utcOffsetHours: 1, share: 0.46 },
  { name: 'westus2', utcOffsetHours: -8, share: 0.34 },
  { name: 'australiaeast', utcOffsetHours: 10, share: 0.2 },
] as const;

const TENANTS_PER_DATABASE_SERVER = 30;
const TENANTS_PER_CLUSTER_NODE = 25;
const KINDS: readonly TenantKind[] = ['dormant', 'quiet', 'active', 'heavy'];
const KIND_SHARES = [0.6, 0.25, 0.13, 0.02];

/** Release rings, the first to upgrade first, with the version each runs at the start. */
const RINGS = [
  { share: 0.01, version: '2026.4.1203' },
  { share: 0.04, version: '2026.4.1203' },
  { share: 0.1, version: '2026.4.1187' },
  { share: 0.2, version: '2026.3.9411' },
  { share: 0.3, version: '2026.3.9411' },
  { share: 0.35, version: '2026.3.9388' },
];
/** The version that a tenant has after its next upgrade. */
export const NEXT_VERSION = '2026.4.1266';
/** One in this many keeps an old server of its own, with the log format of its time. */
const LEGACY_EVERY = 10;
const LEGACY_VERSION = '2019.7.12';

const PLANS = [
  { name: 'starter', cap: 5, kinds: ['dormant', 'quiet'] },
  { name: 'professional', cap: 10, kinds: ['quiet', 'active'] },
  { name: 'professional-plus', cap: 20, kinds: ['active'] },
  { name: 'enterprise', cap: 40, kinds: ['heavy'] },
];

/** The first tenants have names, the others numbers: `acme`, …, `tenant-0042`. */
export function tenantName(index: number): string {
  return NAMES[index] ?? `tenant-${String(index).padStart(4, '0')}`;
}

/** Places `tenants` (how many, or which): region, database server, machine and version independent of each other. */
export function placeTenants(tenants: number | readonly TenantSpec[], random: SeededRandom): Tenant[] {
  const specs: readonly TenantSpec[] =
    typeof tenants === 'number'
      ? Array.from({ length: tenants }, (_, index) => ({ tenant: tenantName(index) }))
      : tenants;
  return specs.map((spec, index) => place(spec, index, specs.length, random.fork(spec.tenant)));
}

function place(spec: TenantSpec, index: number, count: number, random: SeededRandom): Tenant {
  const kind = spec.kind ?? KINDS[random.weighted(KIND_SHARES)] ?? 'quiet';
  const region = REGIONS[random.weighted(REGIONS.map(({ share }) => share))]?.name ?? REGIONS[0].name;
  const ring = RINGS[random.weighted(RINGS.map(({ share }) => share))];
  const isLegacy = index % LEGACY_EVERY === LEGACY_EVERY - 1 && spec.version === undefined;
  const plan = random.pick(PLANS.filter(({ kinds }) => kinds.includes(kind)));
  const nodes = kind === 'heavy' || random.chance(0.1) ? 2 : 1;
  return {
    tenant: spec.tenant,
    kind,
    tasksPerDay: spec.tasksPerDay,
    taskLength: spec.taskLength ?? 1,
    calendar: spec.calendar,
    hasSchedules: spec.hasSchedules ?? kind !== 'dormant',
    region: spec.region ?? region,
    databaseServer: spec.databaseServer ?? `sql-${numbered(count, TENANTS_PER_DATABASE_SERVER, random)}`,
    clusterNode: spec.clusterNode ?? `node-${numbered(count, TENANTS_PER_CLUSTER_NODE, random)}`,
    version: spec.version ?? (isLegacy ? LEGACY_VERSION : (ring?.version ?? NEXT_VERSION)),
    plan: spec.plan ?? plan.name,
    nodeCount: spec.nodeCount ?? nodes,
    taskCap: spec.taskCap ?? plan.cap,
    logGeneration: spec.logGeneration ?? (isLegacy ? 'legacy' : 'modern'),
  };
}

/** A number from 1 to as many servers as `count` tenants need, three at least. */
function numbered(count: number, perServer: number, random: SeededRandom): number {
  return 1 + random.integer(Math.max(3, Math.ceil(count / perServer)));
}

/** The year and minor of a version, for what servers learned when: `2026.3.9411` is 2026.3. */
export function isAtLeast(version: string, year: number, minor: number): boolean {
  const [ownYear = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownYear > year || (ownYear === year && ownMinor >= minor);
}
