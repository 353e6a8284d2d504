import type { Dice } from './dice.ts';
import { Inode } from './inode.ts';

interface Directory {
  readonly entries: Map<string, Inode>;
  /** What the platter holds of it. */
  readonly durable: Map<string, Inode>;
  /** Names whose entries changed since the last sync. */
  readonly dirty: Set<string>;
}

/** Names and what they lead to. Directories themselves are durable at once. */
export class DirectoryTree {
  readonly #directories = new Map<string, Directory>();
  readonly #free: number[] = [];
  #next = 1;
  /** In this directory numbers of deleted files are used again at once, as on ext4. Nothing there comes back. */
  reusesNumbersIn: string | undefined;

  has(directory: string): boolean {
    return this.#directories.has(directory);
  }

  make(directory: string): void {
    if (this.#directories.has(directory)) return;
    this.#directories.set(directory, { entries: new Map(), durable: new Map(), dirty: new Set() });
  }

  names(directory: string): string[] {
    return [...(this.#directories.get(directory)?.entries.keys() ?? [])];
  }

  find(path: string): Inode | undefined {
    const [directory, name] = this.#split(path);
    return directory?.entries.get(name);
  }

  /** A new empty file. */
  create(path: string, now: number): Inode {
    const number = (this.#reusesNumber(path) ? this.#free.pop() : undefined) ?? this.#next++;
    const inode = new Inode(number, now);
    this.#set(path, inode);
    return inode;
  }

  rename(from: string, to: string): void {
    const inode = this.find(from);
    if (inode === undefined) return;
    const replaced = this.find(to);
    this.#set(from, undefined);
    this.#set(to, inode);
    if (replaced !== undefined && replaced !== inode) this.#release(replaced, to);
  }

  remove(path: string): void {
    const inode = this.find(path);
    if (inode === undefined) return;
    this.#set(path, undefined);
    this.#release(inode, path);
  }

  sync(path: string): void {
    const directory = this.#directories.get(path);
    if (directory === undefined) return;
    for (const name of directory.dirty) copyEntry(directory.entries, directory.durable, name);
    directory.dirty.clear();
  }

  /** Of the entries that were not synced each persists or not; then the files in the directory have their own fate. */
  cutPower(path: string, dice: Dice): void {
    const directory = this.#directories.get(path);
    if (directory === undefined) return;
    for (const name of directory.dirty) {
      const [from, to] = dice.chance(0.5)
        ? [directory.entries, directory.durable]
        : [directory.durable, directory.entries];
      copyEntry(from, to, name);
    }
    directory.dirty.clear();
    for (const inode of new Set(directory.entries.values())) inode.cutPower(dice);
  }

  #set(path: string, inode: Inode | undefined): void {
    const [directory, name] = this.#split(path);
    if (directory === undefined) return;
    if (inode === undefined) directory.entries.delete(name);
    else directory.entries.set(name, inode);
    directory.dirty.add(name);
  }

  /** The number of a file that still is open is not given away. */
  #release(inode: Inode, path: string): void {
    if (inode.opened === 0 && this.#reusesNumber(path)) this.#free.push(inode.number);
  }

  #reusesNumber(path: string): boolean {
    return this.reusesNumbersIn !== undefined && path.startsWith(`${this.reusesNumbersIn}/`);
  }

  #split(path: string): [Directory | undefined, string] {
    const slash = path.lastIndexOf('/');
    return [this.#directories.get(path.slice(0, slash)), path.slice(slash + 1)];
  }
}

function copyEntry(from: ReadonlyMap<string, Inode>, to: Map<string, Inode>, name: string): void {
  const inode = from.get(name);
  if (inode === undefined) to.delete(name);
  else to.set(name, inode);
}
