import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Position, RuleProblem } from './rule.ts';

/** A field of a YAML mapping: its value, and where key and value stand. */
export interface Field {
  readonly key: Node;
  readonly value: Node | undefined;
}

/** The texts of a YAML mapping by name, in the file's order. */
export type Texts = ReadonlyMap<string, { readonly text: string; readonly field: Field }>;

/** A YAML file that is read field by field and collects what is wrong with it. */
export class YamlSource {
  readonly problems: RuleProblem[] = [];
  readonly #file: string;
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: true });
    for (const error of this.#document.errors) this.#reportAt(error.pos[0], error.message);
  }

  /** The document's content; undefined when the file is empty or not YAML. */
  get root(): Node | undefined {
    if (this.problems.length > 0) return undefined;
    const { contents } = this.#document;
    return contents === null || (isScalar(contents) && contents.value === null) ? undefined : contents;
  }

  position(node: Node | undefined): Position {
    return this.#positionAt(node?.range?.[0] ?? 0);
  }

  /**
   * Where (line, column) of a text stands that the scalar `node` holds. Exact for one-line scalars and literal blocks;
   * of a folded text it is where that begins.
   */
  positionWithin(node: Node, line: number, column: number): Position {
    const scalar = this.#resolve(node);
    const start = scalar?.range?.[0] ?? 0;
    const { line: first, column: left } = this.#positionAt(start);
    const type = isScalar(scalar) ? scalar.type : undefined;
    if (type === 'BLOCK_LITERAL') {
      const indent = /^[^\n]*\n(?:[ \t]*\n)*([ \t]*)/.exec(this.#text.slice(start))?.[1]?.length ?? 0;
      return { file: this.#file, line: first + line, column: indent + column };
    }
    const quote = type === 'PLAIN' ? 0 : 1;
    if (line > 1 || type === 'BLOCK_FOLDED') return { file: this.#file, line: first, column: left };
    return { file: this.#file, line: first, column: left + quote + column - 1 };
  }

  report(node: Node | undefined, detail: string): void {
    this.#reportAt(node?.range?.[0] ?? 0, detail);
  }

  /** Reports what is wrong at (line, column) of a text that the scalar `node` holds. */
  reportWithin(node: Node, line: number, column: number, detail: string, rendering?: string): void {
    this.#add(this.positionWithin(node, line, column), detail, rendering);
  }

  /** The fields of a mapping, aliases followed and `<<` merged; anything but the `known` names is reported. */
  fields(node: Node | undefined, what: string, known: ReadonlySet<string>): Map<string, Field> | undefined {
    const fields = this.#pairs(node, what);
    for (const [name, { key }] of fields ?? []) {
      if (!known.has(name)) {
        this.report(
          key,
          `unknown field ${JSON.stringify(name)} in ${what} (known: ${[...known].join(', ')})`,
        );
      }
    }
    return fields;
  }

  items(node: Node | undefined, what: string): readonly Node[] {
    const list = this.#resolve(node);
    if (list === undefined || (isScalar(list) && list.value === null)) return [];
    if (isSeq<Node>(list)) return list.items;
    this.report(node, `${what} must be a list`);
    return [];
  }

  /** The text of a scalar as written (`expr: 1` is `1`); undefined and reported when it is none. */
  text(field: Field | undefined, what: string): string | undefined {
    if (field === undefined) return undefined;
    const node = this.#resolve(field.value);
    if (isScalar(node)) {
      if (node.value === null) return '';
      return typeof node.value === 'string' ? node.value : (node.source ?? '');
    }
    this.report(field.key, `${what} must be text`);
    return undefined;
  }

  /** A mapping of names to texts, in the file's order. */
  texts(field: Field | undefined, what: string): Texts {
    const texts = new Map<string, { text: string; field: Field }>();
    const value = this.#resolve(field?.value);
    if (value === undefined || (isScalar(value) && value.value === null)) return texts;
    for (const [name, each] of this.#pairs(value, what) ?? []) {
      const text = this.text(each, `${what} ${name}`);
      if (text !== undefined) texts.set(name, { text, field: each });
    }
    return texts;
  }

  #pairs(node: Node | undefined, what: string): Map<string, Field> | undefined {
    const map = this.#resolve(node);
    if (!isMap<Node, Node>(map)) {
      this.report(node, `${what} must be a mapping`);
      return undefined;
    }
    const fields = new Map<string, Field>();
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (name !== '<<') fields.set(name, { key, value: value ?? undefined });
      else this.#merge(fields, value ?? undefined, what);
    }
    return fields;
  }

  #merge(fields: Map<string, Field>, value: Node | undefined, what: string): void {
    const source = this.#resolve(value);
    for (const part of isSeq<Node>(source) ? source.items : [source]) {
      for (const [name, field] of this.#pairs(part, what) ?? [])
        if (!fields.has(name)) fields.set(name, field);
    }
  }

  #resolve(node: Node | undefined): Node | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #positionAt(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line, column: col };
  }

  #reportAt(offset: number, detail: string): void {
    this.#add(this.#positionAt(offset), detail);
  }

  #add(at: Position, detail: string, rendering?: string): void {
    const problem = { ...at, detail, message: `${at.file}:${at.line}:${at.column}: ${detail}` };
    this.problems.push(rendering === undefined ? problem : { ...problem, rendering });
  }
}
