/** What a burstable type earns and how wide it is. A credit is one vCPU at full speed for a minute. */
export interface Burstable {
  readonly vcpus: number;
  /** CPU credits earned per hour. */
  readonly creditsPerHour: number;
}

/** Launch credits per vCPU of a T2 instance in standard mode; newer families get none. */
export const LAUNCH_CREDITS_PER_VCPU = 30;

/**
 * By size. Source: EC2 user guide, "Key concepts for burstable performance instances" (credit table); database classes
 * of the same family and size earn the same.
 */
const SIZES: Readonly<Record<'t2' | 't3', Readonly<Record<string, readonly [number, number]>>>> = {
  t2: {
    nano: [1, 3],
    micro: [1, 6],
    small: [1, 12],
    medium: [2, 24],
    large: [2, 36],
    xlarge: [4, 54],
    '2xlarge': [8, 81.6],
  },
  t3: {
    nano: [2, 6],
    micro: [2, 12],
    small: [2, 24],
    medium: [2, 24],
    large: [2, 36],
    xlarge: [4, 96],
    '2xlarge': [8, 192],
  },
};

/** Instance types of a family, for filters: `t2.nano` … */
export function typesOf(family: 't2' | 't3' | 't3a' | 't4g'): readonly string[] {
  return Object.keys(SIZES[family === 't2' ? 't2' : 't3']).map((size) => `${family}.${size}`);
}

/** What is known of an instance type (`t2.medium`) or database class (`db.t3.large`); undefined when it does not burst. */
export function burstableOf(type: string): Burstable | undefined {
  const [, family, size] = /^(?:db\.)?(t2|t3|t3a|t4g)\.(\w+)$/.exec(type) ?? [];
  if (family === undefined || size === undefined) return undefined;
  const found = SIZES[family === 't2' ? 't2' : 't3'][size];
  return found === undefined ? undefined : { vcpus: found[0], creditsPerHour: found[1] };
}

/** The share of all vCPUs, as `CPUUtilization` shows it, that earns as much as it spends: 0.2 for a t2.medium. */
export function baselineRatio({ vcpus, creditsPerHour }: Burstable): number {
  return creditsPerHour / 60 / vcpus;
}

/**
 * Seconds until the balance is gone at this pace: balance / (spent − earned); undefined while it does not fall.
 * @param utilization average over all vCPUs, 0 to 1
 */
export function secondsToEmpty(
  { vcpus, creditsPerHour }: Burstable,
  balance: number,
  utilization: number,
): number | undefined {
  const falling = utilization * vcpus * 60 - creditsPerHour;
  return falling > 1e-9 ? (balance / falling) * 3600 : undefined;
}
