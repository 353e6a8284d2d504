/** What one tenant takes of a quota, as the configuration says it. */
export type NeedSetting =
  | number
  | {
      readonly units: number;
      readonly resource?: string | undefined;
      readonly together?: string | undefined;
      readonly more_of?:
        | readonly {
            readonly quota: string;
            readonly resource?: string | undefined;
            readonly provider?: string | undefined;
          }[]
        | undefined;
      readonly each?: number | undefined;
    };

/** Settings of the collector `capacity`; durations in ms. */
export interface CapacitySettings {
  readonly needs: Readonly<Record<string, NeedSetting>>;
  readonly max_age: number;
  readonly forget_after: number;
  readonly lead_time: number;
  readonly lead_times: Readonly<Record<string, number>>;
  readonly safety: number;
}

/** A quota, or one resource of it. */
export interface QuotaChoice {
  readonly quota: string;
  /** Undefined: any resource. */
  readonly resource: string | undefined;
}

/** A quota of which each further resource takes one unit. */
export interface Link extends QuotaChoice {
  /** Where it is not a quota of the same scope: the provider that has it, for resources named `<account>/…`. */
  readonly provider: string | undefined;
}

/** What one tenant takes of a quota. */
export interface Need extends QuotaChoice {
  readonly units: number;
  /** Needs with the same word are met by one resource of one name; undefined: any will do. */
  readonly together: string | undefined;
  /** Quotas of which each further resource takes one unit; none where there can be no more resources. */
  readonly moreOf: readonly Link[];
  /** Units that a further resource brings; undefined: as many as the least of those that are there. */
  readonly each: number | undefined;
}

/** The needs of a tenant, by quota. */
export function needsOf(settings: Pick<CapacitySettings, 'needs'>): readonly Need[] {
  return Object.entries(settings.needs).map(([quota, setting]) => {
    const {
      units,
      resource,
      together,
      more_of: moreOf = [],
      each,
    } = typeof setting === 'number' ? { units: setting } : setting;
    const links = moreOf.map(({ quota: name, resource: only, provider }) => ({
      quota: name,
      resource: only,
      provider,
    }));
    return { quota, units, resource, together, moreOf: links, each };
  });
}

/** The quotas that the needs have to do with. */
export function quotasOf(needs: readonly Need[]): ReadonlySet<string> {
  return new Set(needs.flatMap(({ quota, moreOf }) => [quota, ...moreOf.map((link) => link.quota)]));
}
