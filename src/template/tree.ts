import type { TemplateValue } from './value.ts';

/** A parsed template; every node that can fail keeps the offset of its text. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with';
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | {
      readonly kind: 'range';
      readonly pipeline: Pipeline;
      /** `range $i, $v := …`: none, the value, or index and value. */
      readonly names: readonly string[];
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | {
      readonly kind: 'template';
      readonly name: string;
      readonly pipeline: Pipeline | undefined;
      readonly at: number;
    }
  | { readonly kind: 'break' | 'continue'; readonly at: number };

/** Commands joined by `|`; with `target`, its value goes to a variable and prints nothing. */
export interface Pipeline {
  readonly commands: readonly Command[];
  readonly target?: { readonly name: string; readonly declare: boolean };
  readonly at: number;
}

/** An operand, or a function or method with its arguments. */
export interface Command {
  readonly head: Operand;
  readonly args: readonly Operand[];
}

export type Operand =
  | { readonly kind: 'constant'; readonly value: TemplateValue; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly at: number }
  | Access;

/** Something and the fields taken of it: `.Labels.tenant`, `$labels`, `(query "up").Value`. */
export interface Access {
  readonly kind: 'access';
  readonly of: 'dot' | { readonly variable: string } | { readonly pipeline: Pipeline };
  readonly fields: readonly string[];
  readonly at: number;
}

/** A template and those it defines by name. */
export interface Template {
  /** What positions in errors name: a file, or an annotation. */
  readonly name: string;
  readonly text: string;
  readonly nodes: readonly Node[];
  readonly defined: ReadonlyMap<string, Template>;
}
