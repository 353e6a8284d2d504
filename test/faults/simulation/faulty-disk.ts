import { Failure } from '../../../src/model/failure.ts';
import type { Disk, DiskFile, FileStat } from '../../../src/model/ports.ts';
import type { Dice } from './dice.ts';
import { DirectoryTree } from './directory-tree.ts';
import type { DiskFaults, DiskOperation, Trouble } from './disk-faults.ts';
import type { Inode } from './inode.ts';
import { never, type Life } from './life.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { Trace } from './trace.ts';

export interface FaultyDiskOptions {
  readonly time: SimulatedTime;
  readonly faults: DiskFaults;
  readonly trace: Trace;
  /** Told when the process that asks for an operation dies in it. */
  readonly onKill: (cutsPower: boolean) => void;
  /** Whether files know when they were made. */
  readonly knowsBirth: boolean;
}

/** An operation: done, done in part when the process dies, and what it leaves when it fails. */
interface Work<T> {
  readonly apply: () => T;
  readonly applyPart?: () => void;
  readonly applyFailed?: () => void;
}

/** A disk that outlives processes; each sees it through a view of its own. */
export class FaultyDisk {
  readonly tree = new DirectoryTree();
  readonly #options: FaultyDiskOptions;
  #handles: { readonly inode: Inode; readonly life: Life }[] = [];

  constructor(options: FaultyDiskOptions) {
    this.#options = options;
  }

  /** The disk of one process. */
  viewOf(life: Life): Disk {
    const { tree } = this;
    const run = <T>(operation: DiskOperation, path: string, work: Work<T>): Promise<T> =>
      this.#run(life, operation, path, work);
    return {
      open: (path, mode) => {
        const operation = mode === 'append' && tree.find(path) === undefined ? 'create' : 'open';
        return run(operation, path, { apply: () => this.#open(path, mode, life) });
      },
      stat: (path) => run('stat', path, { apply: () => this.#stat(tree.find(path)) }),
      list: (path) => run('list', path, { apply: () => this.#list(path) }),
      mkdir: (path) => {
        if (life.alive) tree.make(path);
        return life.alive ? Promise.resolve() : never();
      },
      rename: (from, to) =>
        run('rename', from, {
          apply: () => {
            if (tree.find(from) === undefined) throw new Failure('not_found', `${from}: no such file`);
            tree.rename(from, to);
          },
        }),
      remove: (path) => run('remove', path, { apply: () => this.#remove(path) }),
      syncDirectory: (path) => run('syncDirectory', path, { apply: () => tree.sync(path) }),
    };
  }

  /** Lets go of what a dead process had open. */
  closeAllOf(life: Life): void {
    for (const handle of this.#handles) if (handle.life === life) handle.inode.opened--;
    this.#handles = this.#handles.filter((handle) => handle.life !== life);
  }

  /** Cuts the power: of the directories below `data_dir` only what is durable survives, and by chance more. */
  cutPower(directories: readonly string[], dice: Dice): void {
    for (const directory of directories) this.tree.cutPower(directory, dice);
  }

  #open(path: string, mode: 'read' | 'append', life: Life): DiskFile {
    const { tree } = this;
    let inode = tree.find(path);
    if (inode === undefined) {
      if (mode === 'read') throw new Failure('not_found', `${path}: no such file`);
      inode = tree.create(path, this.#options.time.wall);
    }
    const handle = { inode, life };
    inode.opened++;
    this.#handles.push(handle);
    return this.#file(inode, path, life, () => {
      if (!this.#handles.includes(handle)) return;
      this.#handles = this.#handles.filter((other) => other !== handle);
      handle.inode.opened--;
    });
  }

  #file(inode: Inode, path: string, life: Life, close: () => void): DiskFile {
    const { faults } = this.#options;
    const run = <T>(operation: DiskOperation, work: Work<T>): Promise<T> =>
      this.#run(life, operation, path, work);
    return {
      stat: () => run('stat', { apply: () => this.#statOf(inode) }),
      read: (into, position) =>
        run('read', {
          apply: () => {
            const there = Math.min(into.length, inode.size - position);
            if (there <= 0) return 0;
            return inode.content.copy(into, 0, position, position + faults.readLength(there));
          },
        }),
      append: (bytes) => run('append', this.#append(inode, path, bytes)),
      sync: () => run('sync', { apply: () => inode.sync(), applyFailed: () => inode.forgetDirty() }),
      truncate: (size) => run('truncate', { apply: () => inode.truncate(size) }),
      close: () => {
        if (!life.alive) return never();
        close();
        return Promise.resolve();
      },
    };
  }

  #append(inode: Inode, path: string, bytes: Uint8Array): Work<void> {
    const { faults } = this.#options;
    const applyPart = (): void => inode.append(bytes.subarray(0, faults.partOf(bytes.length)));
    return {
      applyPart,
      applyFailed: applyPart,
      apply: () => {
        if (!faults.takeRoom(bytes.length)) {
          const { room } = faults;
          if (faults.takeRoom(room)) inode.append(bytes.subarray(0, room));
          throw new Failure('disk', `${path}: no space left on device`);
        }
        inode.append(bytes);
      },
    };
  }

  #stat(inode: Inode | undefined): FileStat | undefined {
    return inode === undefined ? undefined : this.#statOf(inode);
  }

  #statOf({ number, size, modifiedMs, bornMs }: Inode): FileStat {
    const birth = this.#options.knowsBirth ? { bornMs } : {};
    return { device: 1, inode: number, size, modifiedMs, ...birth, kind: 'file' };
  }

  /** What a removed file took can be written again. */
  #remove(path: string): void {
    const { tree } = this;
    this.#options.faults.room += tree.find(path)?.size ?? 0;
    tree.remove(path);
  }

  #list(path: string): string[] {
    if (!this.tree.has(path)) throw new Failure('not_found', `${path}: no such directory`);
    return this.tree.names(path);
  }

  /** Runs an operation, or what goes wrong with it. */
  #run<T>(life: Life, operation: DiskOperation, path: string, work: Work<T>): Promise<T> {
    if (!life.alive) return never();
    const { time, faults, trace } = this.#options;
    const trouble = faults.meet(operation, path);
    trace.note(time.now, `${operation} ${path}${trouble === undefined ? '' : ` !${trouble.kind}`}`);
    if (trouble?.kind === 'kill') return this.#die(trouble, work);
    if (trouble?.kind === 'stall') faults.stalledAt = time.now;
    const delay = trouble?.kind === 'stall' ? trouble.ms : faults.delay();
    const answer = (): T => {
      if (trouble?.kind !== 'fail') return work.apply();
      work.applyFailed?.();
      throw new Failure('disk', `${path}: input/output error`);
    };
    return new Promise((resolve) => {
      const end = (): void => resolve(attempt(answer));
      if (delay === 0) end();
      else time.after(delay, end, life);
    });
  }

  #die<T>(
    { moment, cutsPower }: Extract<Trouble, { kind: 'kill' }>,
    { apply, applyPart }: Work<T>,
  ): Promise<T> {
    if (moment === 'after') attempt(apply).catch(() => undefined);
    if (moment === 'half') applyPart?.();
    this.#options.onKill(cutsPower);
    return never();
  }
}

async function attempt<T>(work: () => T): Promise<T> {
  return work();
}
