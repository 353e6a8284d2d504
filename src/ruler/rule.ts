import type { Labels } from '../model/labels.ts';
import type { Expr, Span } from '../promql/tree.ts';

/** Where a rule stands, for error messages: `rules/octopus.yml:12:9`. */
export interface Position {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** A part of a rule file. */
export interface Place extends Position {
  /** Of the part, in characters, where it ends on the line it begins on. */
  readonly length?: number;
}

/** Where the parts of a rule stand. */
export interface RulePlaces {
  /** Where a part of the expression stands, by its offsets in the text. */
  readonly expr: (span: Span) => Place;
  /** The values of the rule's own labels, by name. */
  readonly labels: ReadonlyMap<string, Place>;
  readonly annotations: ReadonlyMap<string, Place>;
}

interface RuleBase {
  readonly name: string;
  /** The expression as written. */
  readonly text: string;
  readonly expr: Expr;
  /** The group's labels and the rule's own, the rule's first. */
  readonly labels: Labels;
  readonly position: Position;
  readonly places: RulePlaces;
}

/** Writes the result of its expression as series named `name`. */
export interface RecordingRule extends RuleBase {
  readonly kind: 'record';
}

/** An alert for each element of its expression; labels and annotations are templates. */
export interface AlertingRule extends RuleBase {
  readonly kind: 'alert';
  /** How long the condition must hold before it fires, ms. */
  readonly forMs: number;
  /** How long it goes on firing after the condition was last true, ms. */
  readonly keepFiringForMs: number;
  readonly annotations: Labels;
}

export type Rule = RecordingRule | AlertingRule;

/** Rules evaluated one after the other at one interval. */
export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  /** Absent: the ruler's default. */
  readonly intervalMs?: number;
  /** Most series or alerts a rule may yield; 0 is no limit. */
  readonly limit: number;
  /** How far before now the expressions are evaluated, ms. */
  readonly queryOffsetMs: number;
  readonly rules: readonly Rule[];
}

/** Something wrong in a rule file; `message` is one line with the position. */
export interface RuleProblem extends Place {
  readonly message: string;
  /** What is wrong, without the position. */
  readonly detail: string;
  /** The check that found it, for a rule that loads all the same. */
  readonly check?: string;
}

/** The good groups and rules of a file, and what is wrong with the others. */
export interface RuleFile {
  readonly name: string;
  readonly groups: readonly RuleGroup[];
  readonly problems: readonly RuleProblem[];
}
