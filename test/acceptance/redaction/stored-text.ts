import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { FRAME_VERSION, frameLength } from '../../../src/spool/frame.ts';
import { readFrame } from '../../../src/spool/read-frame.ts';
import { systemDisk } from '../../../src/system/system-disk.ts';

/** Every file below a directory as text, by its name; frames of the spool unpacked, and how many there are. */
export async function storedText(directory: string): Promise<{ files: Map<string, string>; frames: number }> {
  const files = new Map<string, string>();
  let frames = 0;
  for (const name of globSync('**', { cwd: directory })) {
    const path = join(directory, name);
    if (!statSync(path).isFile()) continue;
    files.set(name, readFileSync(path, 'latin1'));
    if (!name.endsWith('.spool')) continue;
    const texts = await framesOf(path);
    frames += texts.length;
    files.set(`${name}, unpacked`, texts.join('\n'));
  }
  return { files, frames };
}

/** What the tables of a database hold, as JSON: a text may lie on several pages of the file. */
export function databaseText(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return names.map(({ name }) => rowsOf(database, String(name))).join('\n');
  } finally {
    database.close();
  }
}

function rowsOf(database: DatabaseSync, table: string): string {
  return JSON.stringify(database.prepare(`SELECT * FROM "${table}"`).all(), (_, value: unknown) =>
    value instanceof Uint8Array ? bytesText(value) : value,
  );
}

function bytesText(bytes: Uint8Array): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return Buffer.from(isGzip ? gunzipSync(bytes) : bytes).toString('latin1');
}

async function framesOf(path: string): Promise<string[]> {
  const file = await systemDisk.open(path, 'read');
  const texts: string[] = [];
  try {
    const { size } = await file.stat();
    for (let offset = 0; ;) {
      const found = await readFrame(file, offset, size, FRAME_VERSION);
      if (found.kind !== 'frame') return texts;
      const { meta, contribution = Buffer.alloc(0), body, header } = found;
      texts.push([JSON.stringify(meta), contribution.toString('latin1'), bytesText(body)].join('\n'));
      offset += frameLength(header);
    }
  } finally {
    await file.close();
  }
}
