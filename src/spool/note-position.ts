import type { JsonValue } from '../model/json.ts';
import type { FrameMeta } from './frame.ts';

/** Takes in the position that a frame commits. A source that commits null is forgotten: its reader begins anew. */
export function notePosition(positions: Map<string, JsonValue>, { source, position }: FrameMeta): void {
  if (position === null) positions.delete(source);
  else if (position !== undefined) positions.set(source, position);
}
