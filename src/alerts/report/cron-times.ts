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
      const from = searchedTo > now ? oldest : Math.max(oldest, searchedTo);
      const minutes = Math.floor(now / MINUTE_MS);
      for (let minute = minutes; minute * MINUTE_MS > from - MINUTE_MS; minute--) {
        if (minute * MINUTE_MS < oldest || !task.match(new Date(minute * MINUTE_MS))) continue;
        found = minute * MINUTE_MS;
        break;
      }
      searchedTo = now;
      return found !== undefined && found >= oldest && found <= now ? found : undefined;
    },
  };
}
