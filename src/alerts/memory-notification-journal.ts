import type { Acknowledgement } from '../model/on-call.ts';
import { mayBeOpen, type LaneRecord, type NotificationJournal } from './notification-journal.ts';

/** A journal that ends with the process: for backtests. */
export function createMemoryNotificationJournal(): NotificationJournal {
  const records = new Map<string, LaneRecord>();
  const acknowledged = new Map<string, Acknowledgement>();
  const kept = new Map<string, readonly [kind: string, name: string, state: string]>();
  return {
    open: () => [...records.values()].filter(mayBeOpen),
    find: (lane) => records.get(lane),
    save: (record) => void records.set(record.lane, record),
    expire(time) {
      for (const record of records.values())
        if (!mayBeOpen(record) && (record.acceptedAt ?? 0) < time) records.delete(record.lane);
    },
    acknowledgements: () => new Map(acknowledged),
    saveAcknowledgement(incident, acknowledgement) {
      if (acknowledgement === undefined) acknowledged.delete(incident);
      else acknowledged.set(incident, acknowledgement);
    },
    states: () => [...kept.values()],
    saveState(kind, name, state) {
      if (state === undefined) kept.delete(`${kind}/${name}`);
      else kept.set(`${kind}/${name}`, [kind, name, state]);
    },
  };
}
