import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import type { JsonValue } from '../../../src/model/json.ts';
import type { Disk, DiskFile, DocumentStore, FileStat } from '../../../src/model/ports.ts';
import type { AgentParts } from './agent.ts';
import type { Profile } from './plan.ts';
import { withoutChecksums } from './without-checksums.ts';
import type { Sabotage } from './world.ts';

/** A defect as somebody might build it in, and how soon the simulation has to find it. */
export interface PlantedDefect {
  readonly name: string;
  /** Makes the defect for one world. */
  readonly plant: () => Sabotage;
  /** Where it is looked for; by default wherever the seeds lead. */
  readonly profile?: Profile;
  /** Seeds within which it is found. */
  readonly within: number;
}

/** Source: "Reliability anchors", section 7, and the defects that others had. */
export const PLANTED_DEFECTS: readonly PlantedDefect[] = [
  { name: 'checkpoint before fsync', within: 60, plant: checkpointBeforeFsync },
  { name: 'cursor before acknowledgement', within: 60, plant: () => cursorBeforeAcknowledgement },
  { name: 'no directory fsync', within: 200, profile: 'hot', plant: () => withDisk(noDirectorySync) },
  { name: 'no fsync', within: 200, profile: 'hot', plant: () => withDisk(noSync) },
  { name: 'failed fsync trusted', within: 400, profile: 'hot', plant: () => withDisk(failedSyncTrusted) },
  { name: 'failed write taken for written', within: 60, plant: () => failedWriteIgnored },
  { name: 'per-item errors ignored', within: 60, plant: () => withStore(itemErrorsIgnored) },
  { name: 'random document ids', within: 60, plant: () => withStore(randomIds()) },
  { name: 'rollover not looked for', within: 200, plant: () => withStore(rolloverIgnored) },
  { name: 'file known by name', within: 60, plant: () => withDisk(filesByName) },
  { name: 'half line taken as a line', within: 20, plant: () => withDisk(halfLines) },
  { name: 'dead letters thrown away', within: 60, plant: () => noDeadLetters },
  { name: 'two owners of one directory', within: 60, plant: () => twoOwners },
  { name: 'rollups written twice', within: 60, plant: () => rollupsTwice },
  { name: 'no checksum on records', within: 400, profile: 'rot', plant: () => withDisk(withoutChecksums) },
];

function withDisk(change: (disk: Disk) => Disk): Sabotage {
  return (parts) => ({ ...parts, disk: change(parts.disk) });
}

function withStore(deliver: (store: DocumentStore) => DocumentStore['deliver']): Sabotage {
  return (parts) => ({ ...parts, store: { ...parts.store, deliver: deliver(parts.store) } });
}

/** Changes what an opened file does. */
function withFile(disk: Disk, change: (file: DiskFile, path: string) => Partial<DiskFile>): Disk {
  return {
    ...disk,
    open: async (path, mode) => {
      const file = await disk.open(path, mode);
      return { ...file, ...change(file, path) };
    },
  };
}

/** Positions in a file of their own, made durable when a write begins. */
function checkpointBeforeFsync(): Sabotage {
  const positions = new Map<string, JsonValue>();
  return (parts) => ({
    ...parts,
    write: (spool, batch) => {
      positions.set(batch.source, batch.position);
      return parts.write(spool, batch);
    },
    position: (spool, source) => positions.get(source) ?? parts.position(spool, source),
  });
}

function cursorBeforeAcknowledgement(parts: AgentParts): AgentParts {
  return {
    ...parts,
    sentFrom: (spool) => ({
      async *frames(signal) {
        for await (const frame of spool.frames(signal)) {
          await spool.acknowledge([{ frame, settled: { delivered: frame.documents } }]);
          yield frame;
        }
      },
      acknowledge: async () => undefined,
      noteMark: (mark) => spool.noteMark(mark),
    }),
  };
}

function noDirectorySync(disk: Disk): Disk {
  return { ...disk, syncDirectory: async () => undefined };
}

function noSync(disk: Disk): Disk {
  return withFile(disk, () => ({ sync: async () => undefined }));
}

function failedSyncTrusted(disk: Disk): Disk {
  return withFile(disk, (file) => ({ sync: () => file.sync().catch(() => undefined) }));
}

function failedWriteIgnored(parts: AgentParts): AgentParts {
  return { ...parts, write: (spool, batch) => parts.write(spool, batch).catch(() => undefined) };
}

function itemErrorsIgnored(store: DocumentStore): DocumentStore['deliver'] {
  return async (body, count, signal, since) => {
    await store.deliver(body, count, signal, since);
    return { delivered: count, rejected: [], retry: [] };
  };
}

function randomIds(): (store: DocumentStore) => DocumentStore['deliver'] {
  let attempt = 0;
  return (store) => (body, count, signal, since) => {
    const text = gunzipSync(body).toString().replaceAll('"_id":"', `"_id":"${attempt++}.`);
    return store.deliver(gzipSync(text), count, signal, since);
  };
}

function rolloverIgnored(store: DocumentStore): DocumentStore['deliver'] {
  return (body, count, signal) => store.deliver(body, count, signal);
}

/** One number for each name, whatever file bears it. */
function filesByName(disk: Disk): Disk {
  const named = (stat: FileStat, path: string): FileStat => {
    const { bornMs: _, ...rest } = stat;
    return { ...rest, inode: crc32(path) };
  };
  const byName = withFile(disk, (file, path) => ({ stat: async () => named(await file.stat(), path) }));
  return {
    ...byName,
    stat: async (path) => {
      const stat = await disk.stat(path);
      return stat === undefined ? undefined : named(stat, path);
    },
  };
}

/** The end of a log is the end of a line. */
function halfLines(disk: Disk): Disk {
  return withFile(disk, (file, path) => ({
    read: async (into, position) => {
      const count = await file.read(into, position);
      const atEnd = position + count === (await file.stat()).size;
      if (path.startsWith('/logs') && count > 1 && atEnd) into[count - 1] = 0x0a;
      return count;
    },
  }));
}

function noDeadLetters(parts: AgentParts): AgentParts {
  return {
    ...parts,
    letters: (letters) => ({ ...letters, write: async () => undefined, close: () => letters.close() }),
  };
}

/** The documents of windows that have ended reach the store again under other ids. */
function rollupsTwice(parts: AgentParts): AgentParts {
  const deliver: DocumentStore['deliver'] = async (body, count, signal, since) => {
    const again = gunzipSync(body)
      .toString()
      .replaceAll(/"@timestamp":"([^"]*)\d\dZ"(?=.*"count":)/g, '"@timestamp":"$199Z"');
    const delivery = await parts.store.deliver(body, count, signal, since);
    await parts.store.deliver(gzipSync(again), count, signal, since).catch(() => undefined);
    return delivery;
  };
  return { ...parts, store: { ...parts.store, deliver } };
}

/** Each start sees a disk of its own, so that nobody knows whose directory it is. */
function twoOwners(parts: AgentParts): AgentParts {
  return {
    ...parts,
    get disk() {
      return { ...parts.disk };
    },
  };
}
