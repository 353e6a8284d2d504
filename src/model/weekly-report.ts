/** One page of the week. */
export interface ReportedPage {
  /** ms */
  readonly at: number;
  /** As the clock on the wall showed it: `Wed 02:42`. */
  readonly when: string;
  readonly rule: string;
  readonly team: string;
  readonly tenant?: string;
  readonly summary: string;
  readonly isOutOfHours: boolean;
  /** Who took it and how it ended: `taken by Priya Nair after 3m, over by itself after 22m`. */
  readonly outcome: string;
}

export interface ReportedRule {
  readonly rule: string;
  readonly pages: number;
  readonly outOfHours: number;
  /** How many of its pages were over soon, without anybody or anything doing something. */
  readonly byThemselves: number;
  /** How often it came back soon after its end. */
  readonly flaps: number;
  /** What to change about it, without its name. */
  readonly proposal?: string;
}

export interface ReportedRoute {
  readonly route: string;
  readonly pages: number;
  readonly outOfHours: number;
}

export interface ReportedRemedy {
  readonly remedy: string;
  /** Without a page. */
  readonly healed: number;
  readonly failed: number;
  /** From its start until the symptom was gone; undefined when nothing was healed. */
  readonly medianMs?: number;
}

export interface ReportedTeam {
  readonly team: string;
  readonly pages: number;
  /** Of the budget of the week; negative when it is broken. */
  readonly left: number;
  /** The most pages within the length of a shift, whenever it began. */
  readonly mostInShift: number;
  readonly isBroken: boolean;
}

/** What the week was like for those on call, in the words that every rendering uses. */
export interface WeeklyReport {
  /** ISO 8601: `2026-W46`. */
  readonly week: string;
  readonly number: number;
  /** ms; a week of the time zone. */
  readonly from: number;
  readonly to: number;
  readonly timeZone: string;
  /** `9 to 15 November 2026` */
  readonly period: string;
  /** False for a week that still goes on. */
  readonly isOver: boolean;
  /** The situation: `Week 46: woken twice, 31 healed`. */
  readonly headline: string;
  /** What it was against the budget and the week before. */
  readonly lead: string;
  /** What to change, a sentence each, the most useful first. */
  readonly changes: readonly string[];
  /** Oldest first. */
  readonly pages: readonly ReportedPage[];
  readonly outOfHours: number;
  /** The loudest first, as are the routes. */
  readonly rules: readonly ReportedRule[];
  readonly routes: readonly ReportedRoute[];
  /** Those that were paged; by name. */
  readonly teams: readonly ReportedTeam[];
  /** What a team bears; the length of a shift in ms. */
  readonly budget: { readonly perWeek: number; readonly perShift: number; readonly shiftMs: number };
  /** When something was healed without a page, ms, oldest first. */
  readonly healedAt: readonly number[];
  readonly remedies: readonly ReportedRemedy[];
  /** From the page; undefined when nobody acknowledged any. */
  readonly medianToAcknowledgeMs?: number;
  /** From the page to its end; undefined when none has ended. */
  readonly medianToEndMs?: number;
  readonly flaps: number;
  /** The weeks up to this one and their pages, oldest first, as far back as is known. */
  readonly weeks: readonly { readonly week: string; readonly number: number; readonly pages: number }[];
  /** Where more is to be read. */
  readonly url?: string;
}
