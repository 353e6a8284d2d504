import { messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Log } from '../model/ports.ts';
import type { WholeFrame } from './read-frame.ts';
import { decodeContribution } from './rollups/contribution-codec.ts';
import type { OpenWindows } from './rollups/open-windows.ts';

/**
 * Collects what the open rollup windows are made of while a spool is read: the newest snapshot of them, and the frames
 * behind it.
 */
export class WindowReplay {
  #snapshot: JsonValue | undefined;
  #frames: Pick<WholeFrame, 'meta' | 'contribution'>[] = [];

  restore(snapshot: JsonValue | undefined): void {
    this.#snapshot = snapshot;
    this.#frames = [];
  }

  frame({ header, meta, contribution }: WholeFrame): void {
    if (contribution !== undefined || header.kind === 'rollup') {
      // A copy: the frame's bytes are not kept.
      this.#frames.push({ meta, contribution: contribution && Buffer.from(contribution) });
    }
  }

  /** Opens the windows that were open. What cannot be read is left out: a program that rolls up otherwise wrote it. */
  into(windows: OpenWindows, now: number, log: Log): void {
    this.#attempt(log, () => windows.restore(this.#snapshot, now));
    for (const { meta, contribution } of this.#frames) {
      this.#attempt(log, () => {
        if (contribution !== undefined) windows.add(decodeContribution(contribution), now);
        if (meta.closed !== undefined) windows.close(meta.closed);
      });
    }
  }

  #attempt(log: Log, work: () => void): void {
    try {
      work();
    } catch (error) {
      log.error({ error: messageOf(error) }, 'rollup windows of the last run are incomplete');
    }
  }
}
