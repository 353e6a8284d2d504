import type { JsonValue } from '../model/json.ts';
import type { FrameMeta } from './frame.ts';

/** Takes in the positions that a frame commits. A source that commits null is forgotten: its reader begins anew. */
export function notePositions(positions: Map<string, JsonValue>, meta: FrameMeta): void {
  if (meta.position !== undefined) note(positions, meta.source, meta.position);
  for (const [source, position] of meta.positions ?? []) note(positions, source, position);
}

function note(positions: Map<string, JsonValue>, source: string, position: JsonValue): void {
  if (position === null) positions.delete(source);
  else positions.set(source, position);
}
