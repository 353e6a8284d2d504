import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  type Document,
  type Node,
} from 'yaml';
import type { Span } from '../promql/tree.ts';
import type { Place, RuleProblem } from './rule.ts';
import { scalarOffsets } from './scalar-offsets.ts';

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
  readonly #ignoresUnknown: boolean;

  /** @param ignoreUnknown takes mappings with fields that are not known */
  constructor(file: string, text: string, ignoreUnknown = false) {
    this.#ignoresUnknown = ignoreUnknown;
    this.#file = file;
    this.#text = text;
    this.#document = firstDocument(text, this.#lines);
    // What is wrong after the first mistake follows from it.
    const [error] = this.#document.errors;
    if (error !== undefined) this.#reportAt(error.pos[0], error.message);
  }

  /** The document's content; undefined when the file is empty or not YAML. */
  get root(): Node | undefined {
    if (this.problems.length > 0) return undefined;
    const { contents } = this.#document;
    return contents === null || (isScalar(contents) && contents.value === null) ? undefined : contents;
  }

  position(node: Node | undefined): Place {
    return this.#placeAt(node?.range?.[0] ?? 0);
  }

  /** A scalar's place, as long as it is where that is one line. */
  place(node: Node | undefined): Place {
    const scalar = this.#resolve(node);
    const [start = 0, end = start] = scalar?.range ?? [];
    return this.#placeAt(start, end);
  }

  /** Tells where a part of the text stands that the scalar `node` holds, whatever its style. */
  placesWithin(node: Node | undefined): (span: Span) => Place {
    const scalar = this.#resolve(node);
    if (!isScalar(scalar)) return () => this.position(node);
    const offsets = scalarOffsets(scalar, this.#text);
    const last = offsets.length - 1;
    return ({ start, end }) => {
      const from = offsets[Math.min(start, last)] ?? 0;
      // The end is behind the last character of the part, wherever the next one is.
      const to = end > start ? (offsets[Math.min(end, last + 1) - 1] ?? from) + 1 : from;
      return this.#placeAt(from, to);
    };
  }

  report(node: Node | undefined, detail: string): void {
    const [start = 0, end = start] = node?.range ?? [];
    this.#add(this.#placeAt(start, isScalar(node) ? end : start), detail);
  }

  /** Lets the problems from the given one on say what they are about. */
  attribute(from: number, name: string): void {
    for (const { detail, ...at } of this.problems.splice(from)) this.#add(at, `${name}: ${detail}`);
  }

  /** Reports what is wrong with a part of the text that the scalar `node` holds. */
  reportWithin(node: Node, span: Span, detail: string): void {
    this.#add(this.placesWithin(node)(span), detail);
  }

  /** The fields of a mapping, aliases followed and `<<` merged; anything but the `known` names is reported. */
  fields(node: Node | undefined, what: string, known: ReadonlySet<string>): Map<string, Field> | undefined {
    const fields = this.#pairs(node, what);
    for (const [name, { key }] of this.#ignoresUnknown ? [] : (fields ?? [])) {
      if (!known.has(name)) {
        this.#add(
          this.place(key),
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

  /** Whether a field says nothing: null, zero, or a mapping without fields. */
  isEmpty({ value }: Field): boolean {
    const node = this.#resolve(value);
    if (isMap(node)) return node.items.length === 0;
    return node === undefined || (isScalar(node) && /^(?:|~|null|0[a-z]*)$/.test(node.source ?? ''));
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

  #placeAt(start: number, end = start): Place {
    const { line, col } = this.#lines.linePos(start);
    const place = { file: this.#file, line, column: col };
    const isOneLine = end > start && !this.#text.slice(start, end).includes('\n');
    return isOneLine ? { ...place, length: end - start } : place;
  }

  #reportAt(offset: number, detail: string): void {
    this.#add(this.#placeAt(offset), detail);
  }

  #add(at: Place, detail: string): void {
    this.problems.push({ ...at, detail, message: `${at.file}:${at.line}:${at.column}: ${detail}` });
  }
}

/** Prometheus reads the first document of a file and no other. */
function firstDocument(text: string, lineCounter: LineCounter): Document {
  const options = {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: true,
    version: '1.2',
    merge: false,
  } as const;
  const documents = parseAllDocuments(text, options);
  return 'empty' in documents ? parseDocument(text, options) : (documents[0] ?? parseDocument(text, options));
}
