import { Failure } from '../../src/model/failure.ts';
import type { Disk, DiskFile, FileStat } from '../../src/model/ports.ts';

interface Inode {
  readonly id: number;
  data: Buffer;
  durable: Buffer;
  modifiedMs: number;
}

/** What a simulated disk does wrong: called before each operation that changes it; throw to refuse. */
export type DiskFault = (operation: string, path: string, count: number) => void;

/**
 * A disk in memory that knows what survives a power cut: synced bytes, and entries of synced directories.
 * Operations that change it are numbered, so that a test can fail or stop at the n-th.
 */
export class SimulatedDisk implements Disk {
  readonly #entries = new Map<string, Inode>();
  readonly #durableEntries = new Map<string, Inode>();
  readonly #directories = new Set<string>();
  #inodes = 1;
  #operations = 0;
  fault: DiskFault = () => undefined;
  /** What files are stamped with. */
  now: () => number = () => 0;

  /** Operations so far that changed something. */
  get operations(): number {
    return this.#operations;
  }

  open(path: string, mode: 'read' | 'append'): Promise<DiskFile> {
    return attempt(() => {
      let inode = this.#entries.get(path);
      if (inode === undefined) {
        if (mode === 'read') throw new Failure('not_found', `${path}: no such file`);
        this.#change('create', path);
        inode = this.#inode(Buffer.alloc(0), Buffer.alloc(0));
        this.#entries.set(path, inode);
      }
      return this.#file(path, inode);
    });
  }

  stat(path: string): Promise<FileStat | undefined> {
    const inode = this.#entries.get(path);
    return Promise.resolve(inode === undefined ? undefined : statOf(inode));
  }

  list(path: string): Promise<readonly string[]> {
    const names = [...this.#entries.keys()].filter((name) => name.startsWith(`${path}/`));
    return Promise.resolve(
      names.map((name) => name.slice(path.length + 1)).filter((name) => !name.includes('/')),
    );
  }

  mkdir(path: string): Promise<void> {
    this.#directories.add(path);
    return Promise.resolve();
  }

  rename(from: string, to: string): Promise<void> {
    return attempt(() => {
      this.#change('rename', from);
      const inode = this.#entries.get(from);
      if (inode === undefined) throw new Failure('not_found', `${from}: no such file`);
      this.#entries.delete(from);
      this.#entries.set(to, inode);
    });
  }

  remove(path: string): Promise<void> {
    return attempt(() => {
      this.#change('remove', path);
      this.#entries.delete(path);
    });
  }

  syncDirectory(path: string): Promise<void> {
    return attempt(() => {
      this.#change('syncDirectory', path);
      const inside = (name: string): boolean => name.startsWith(`${path}/`);
      for (const name of this.#durableEntries.keys()) if (inside(name)) this.#durableEntries.delete(name);
      for (const [name, inode] of this.#entries) if (inside(name)) this.#durableEntries.set(name, inode);
    });
  }

  /** The content of a file now, or undefined. */
  bytes(path: string): Buffer | undefined {
    return this.#entries.get(path)?.data;
  }

  /** Puts a file there, durably. */
  put(path: string, data: Uint8Array, durable = data): void {
    const inode = this.#inode(Buffer.from(data), Buffer.from(durable));
    this.#entries.set(path, inode);
    this.#durableEntries.set(path, inode);
  }

  /**
   * A copy as another process finds it when this one is killed: all that was written.
   * @param isDurable false keeps what was not synced at the mercy of a later power cut
   */
  afterKill({ isDurable = true } = {}): SimulatedDisk {
    const copy = new SimulatedDisk();
    for (const [path, { data, durable }] of this.#entries) copy.put(path, data, isDurable ? data : durable);
    return copy;
  }

  /** A copy as found after a power cut; of what was not synced, `keep` says how much of the tail survives (0 to 1). */
  afterPowerCut(keep: () => number): SimulatedDisk {
    const copy = new SimulatedDisk();
    const entries = keep() < 0.5 ? this.#durableEntries : this.#entries;
    for (const [path, { data, durable }] of entries) {
      const extra = Math.max(0, Math.floor((data.length - durable.length) * keep()));
      copy.put(path, Buffer.concat([durable, data.subarray(durable.length, durable.length + extra)]));
    }
    return copy;
  }

  #inode(data: Buffer, durable: Buffer): Inode {
    return { id: this.#inodes++, data, durable, modifiedMs: this.now() };
  }

  #change(operation: string, path: string): void {
    this.fault(operation, path, ++this.#operations);
  }

  #file(path: string, inode: Inode): DiskFile {
    const change = (operation: string): void => this.#change(operation, path);
    return {
      stat: () => Promise.resolve(statOf(inode)),
      read: (into, position) => Promise.resolve(inode.data.copy(into, 0, position)),
      append: (bytes) =>
        attempt(() => {
          const half = Buffer.concat([inode.data, bytes.subarray(0, bytes.length / 2)]);
          const whole = Buffer.concat([inode.data, bytes]);
          inode.data = half;
          change('append');
          inode.data = whole;
          inode.modifiedMs = this.now();
        }),
      sync: () =>
        attempt(() => {
          change('sync');
          inode.durable = inode.data;
        }),
      truncate: (size) =>
        attempt(() => {
          change('truncate');
          inode.data = inode.data.subarray(0, size);
        }),
      close: () => Promise.resolve(),
    };
  }
}

function statOf({ id, data, modifiedMs }: Inode): FileStat {
  return { device: 1, inode: id, size: data.length, modifiedMs, kind: 'file' };
}

function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
