/** What the collector needs of `collectors.host`. */
export interface HostSettings {
  /** Where the root directory of what is read is mounted. */
  readonly root: string;
  /** `auto` reads the container where there is one, else the machine. */
  readonly scope: 'auto' | 'container' | 'machine';
  /** Label `instance`; the host name where it is left out. */
  readonly instance?: string | undefined;
}
