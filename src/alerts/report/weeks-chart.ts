import { html } from 'hono/html';
import type { WeeklyReport } from '../../model/weekly-report.ts';
import type { Html } from './week-chart.ts';

const STEP = 38;
const BAR = 26;
const BASE = 98;
const HIGHEST = 76;

/** The pages of each week as bars, and the budget as a line where one team has it alone. */
export function weeksChart({ weeks, teams, budget }: WeeklyReport): Html {
  const highest = Math.max(budget.perWeek, ...weeks.map(({ pages }) => pages));
  const height = (pages: number): number => Math.round((pages / highest) * HIGHEST * 10) / 10;
  const width = weeks.length * STEP;
  const isOfOne = teams.length < 2;
  const line = BASE - height(budget.perWeek);
  const sentence = `Pages a week: ${weeks.map(({ week, pages }) => `${week} ${pages}`).join(', ')}`;
  return html`<svg viewBox="0 0 ${width + 40} 116" width="${width + 40}" role="img" aria-label="${sentence}">
    ${weeks.map(({ number, pages }, index) => {
      const x = index * STEP + 2;
      const isThis = index === weeks.length - 1;
      const state = isThis ? 'this' : isOfOne && pages > budget.perWeek ? 'over' : 'within';
      return html`<rect
          class="${state}"
          x="${x}"
          y="${BASE - height(pages)}"
          width="${BAR}"
          height="${height(pages)}"
        />
        <text
          class="${isThis ? 'this strong' : ''}"
          x="${x + BAR / 2}"
          y="${BASE - 4 - height(pages)}"
          text-anchor="middle"
        >
          ${pages}
        </text>
        <text x="${x + BAR / 2}" y="112" text-anchor="middle">${number}</text>`;
    })}
    ${
      isOfOne
        ? html`<line class="budget" x1="0" x2="${width}" y1="${line}" y2="${line}" /><text
              x="${width + 4}"
              y="${line + 4}"
            >
              ${budget.perWeek}
            </text>`
        : ''
    }
  </svg>`;
}
