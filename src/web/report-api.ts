import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { renderText } from '../alerts/report/render-text.ts';
import { reportJson } from '../alerts/report/report-json.ts';
import type { ReportDelivery } from '../alerts/report/report-sender.ts';
import { Failure } from '../model/failure.ts';
import type { WeeklyReport } from '../model/weekly-report.ts';

const MAX_BODY_BYTES = 1024;

/** The weekly report. A week is `2026-W46`; without one, the last that is over. */
export interface ReportSources {
  /** @throws Failure `invalid` for what is no week */
  read(week: string | undefined): WeeklyReport;
  html(report: WeeklyReport): Promise<string>;
  /** Sends it to whoever has not got it. @throws Failure `invalid` when the week is not over, or nobody is named */
  send(week: string | undefined): Promise<readonly ReportDelivery[]>;
}

const sending = z.strictObject({ week: z.string().optional() });

/** `/report?week=2026-W46&format=json|text|html`, and `POST /report/send` with `{"week":"2026-W46"}`. */
export function reportApi(sources: ReportSources): Hono {
  const app = new Hono();
  app.get('/', (context) =>
    answered(context, async () => {
      const report = sources.read(context.req.query('week'));
      const format = context.req.query('format') ?? 'json';
      if (format === 'text') return context.text(renderText(report));
      if (format === 'html') return context.html(await sources.html(report));
      if (format === 'json') return context.json(reportJson(report));
      return context.text('format is json, text or html\n', 400);
    }),
  );
  app.post('/send', bodyLimit({ maxSize: MAX_BODY_BYTES }), (context) =>
    answered(context, async () => {
      const given = sending.safeParse(await context.req.json().catch(() => undefined));
      if (!given.success) return context.text('send {"week":"2026-W46"}, or {} for the last week\n', 400);
      return context.json(await sources.send(given.data.week));
    }),
  );
  return app;
}

async function answered(context: Context, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Failure && error.reason === 'invalid')
      return context.text(`${error.message}\n`, 400);
    throw error;
  }
}
