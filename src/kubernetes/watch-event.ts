import { Failure } from '../model/failure.ts';
import { failureOfStatus, parseObject, type Call } from './answer.ts';
import { isObject, numberAt, textAt, type KubeObject } from './fields.ts';

/** One line of a watch. Source: Kubernetes API concepts, "Efficient detection of changes" and "Watch bookmarks". */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
  /** What to go on from after it. */
  readonly version: string;
}

/** Reads a line. @throws Failure of the status that an ERROR event carries, `malformed` for what is no event */
export function parseWatchEvent(call: Call, line: string): WatchEvent {
  const event = parseObject(call, line);
  const { type, object } = event;
  if (type === 'ERROR') throw failureOfStatus(call, numberAt(object, 'code') ?? 500, object);
  const version = textAt(object, 'metadata', 'resourceVersion');
  if (!isEventType(type) || !isObject(object) || version === undefined)
    throw new Failure('malformed', `${call.cluster}: ${call.what}: a line is no watch event`);
  return { type, object, version };
}

function isEventType(type: unknown): type is WatchEvent['type'] {
  return type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK';
}
