import type { Messenger } from '../model/messenger.ts';
import type { Disk } from '../model/ports.ts';

/** Writes the HTML of a message to a file, the old one or the new one whenever somebody looks. */
export function createFileMessenger(disk: Disk, path: string): Messenger {
  return {
    kind: 'file',
    async send({ html }) {
      const beside = `${path}.new`;
      const file = await disk.open(beside, 'append');
      try {
        await file.truncate(0);
        await file.append(new TextEncoder().encode(html));
        await file.sync();
      } finally {
        await file.close();
      }
      await disk.rename(beside, path);
    },
  };
}
