const MINUTE_MS = 60_000;

/** The moments that a cron expression names. */
export interface CronTimes {
  /** The last of them, ms, that is not after `now` and not before `oldest`. */
  last(oldest: number, now: number): number | undefined;
}

/** Reads a valid expression; its times are those of clocks on the wall in the zone. The library loads with the first. */
export async function openCronTimes(expression: string, timeZone: string): Promise<CronTimes> {
  const { createTask } = await import('node-cron');
  const task = createTask(expression, () => {}, { timezone: timeZone });
  let searchedTo = -Infinity;
  let found: number | undefined;
  return {
    last(oldest, now) {
      // Each minute is looked at once: there are thousands of them in a few days.
      const from = searchedTo >= oldest && searchedTo <= now ? searchedTo : oldest - 1;
      for (let time = now - (now % MINUTE_MS); time > from; time -= MINUTE_MS) {
        if (!task.match(new Date(time))) continue;
        found = time;
        break;
      }
      searchedTo = now;
      return found !== undefined && found >= oldest && found <= now ? found : undefined;
    },
  };
}
