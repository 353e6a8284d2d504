import { templateFailure } from './error.ts';
import { lex, type Token } from './lex.ts';
import { PipelineParser, type Known } from './parse-pipeline.ts';
import type { Node, Pipeline, Template } from './tree.ts';

const MAX_DEPTH = 100;
const ENDS: ReadonlySet<string> = new Set(['end', 'else']);

/**
 * Parses a Go template.
 * @param known the functions and variables it may name; any other is refused by name
 * @param name what positions in errors name
 * @throws Failure `invalid`: `name:line:column: what is wrong`
 */
export function parseTemplate(text: string, known: Known, name = 'template'): Template {
  return new TemplateParser(name, text, lex(name, text), known).parse();
}

class TemplateParser {
  readonly #name: string;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #pipelines: PipelineParser;
  readonly #defined = new Map<string, Template>();
  #at = 0;
  #depth = 0;
  #loops = 0;

  constructor(name: string, text: string, tokens: readonly Token[], known: Known) {
    this.#name = name;
    this.#text = text;
    this.#tokens = tokens;
    this.#pipelines = new PipelineParser(tokens, known, (at, problem) => this.#failure(at, problem));
  }

  parse(): Template {
    const { nodes, end } = this.#list();
    if (end !== undefined) throw this.#failure(end.at, `unexpected {{${end.text}}}`);
    return this.#template(nodes);
  }

  #template(nodes: readonly Node[]): Template {
    return { name: this.#name, text: this.#text, nodes, defined: this.#defined };
  }

  /** Nodes up to `{{end}}`, `{{else …}}` or the end of the text; `end` is that word, already taken. */
  #list(): { nodes: Node[]; end: Token | undefined } {
    const nodes: Node[] = [];
    for (let token = this.#tokens[this.#at]; token !== undefined; token = this.#tokens[this.#at]) {
      this.#at++;
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text });
        continue;
      }
      this.#skipSpace();
      const word = this.#tokens[this.#at];
      if (word?.kind === 'word' && ENDS.has(word.text)) {
        this.#at++;
        return { nodes, end: word };
      }
      const node = this.#action(word ?? token);
      if (node !== undefined) nodes.push(node);
    }
    return { nodes, end: undefined };
  }

  #action(word: Token): Node | undefined {
    if (word.kind !== 'word') return { kind: 'output', pipeline: this.#pipeline() };
    switch (word.text) {
      case 'if':
      case 'with':
      case 'range':
        this.#at++;
        return this.#block(word, word.text);
      case 'break':
      case 'continue':
        this.#at++;
        if (this.#loops === 0) throw this.#failure(word.at, `{{${word.text}}} outside {{range}}`);
        this.#close();
        return { kind: word.text, at: word.at };
      case 'template':
        this.#at++;
        return this.#call(word);
      case 'define':
      case 'block':
        this.#at++;
        return this.#define(word);
      default:
        return { kind: 'output', pipeline: this.#pipeline() };
    }
  }

  #block(word: Token, kind: 'if' | 'with' | 'range'): Node {
    if (++this.#depth > MAX_DEPTH) throw this.#failure(word.at, `nested more than ${MAX_DEPTH} deep`);
    const node = this.#pipelines.scoped(() => this.#scopedBlock(word, kind));
    this.#depth--;
    return node;
  }

  #scopedBlock(word: Token, kind: 'if' | 'with' | 'range'): Node {
    const names = kind === 'range' ? this.#pipelines.rangeNames(this.#at) : undefined;
    if (names !== undefined) this.#at = names.next;
    const pipeline = this.#pipeline();
    if (kind === 'range') this.#loops++;
    const first = this.#pipelines.scoped(() => this.#list());
    if (kind === 'range') this.#loops--;
    const otherwise = this.#otherwise(word, first.end);
    const rest = { pipeline, body: first.nodes, otherwise };
    return kind === 'range' ? { kind, names: names?.names ?? [], ...rest } : { kind, ...rest };
  }

  #otherwise(opening: Token, end: Token | undefined): Node[] {
    if (end === undefined) throw this.#failure(opening.at, `{{${opening.text}}} without {{end}}`);
    if (end.text === 'end') {
      this.#close();
      return [];
    }
    this.#skipSpace();
    const word = this.#tokens[this.#at];
    if (word?.kind === 'word' && (word.text === 'if' || word.text === 'with')) {
      this.#at++;
      return [this.#block(word, word.text)];
    }
    this.#close();
    const { nodes, end: last } = this.#list();
    if (last?.text !== 'end')
      throw this.#failure(last?.at ?? opening.at, `{{${opening.text}}} without {{end}}`);
    this.#close();
    return nodes;
  }

  #call(word: Token): Node {
    const name = this.#string(word);
    this.#skipSpace();
    const bare = this.#tokens[this.#at]?.kind === 'close';
    if (bare) this.#at++;
    return { kind: 'template', name, pipeline: bare ? undefined : this.#pipeline(), at: word.at };
  }

  #define(word: Token): Node | undefined {
    const name = this.#string(word);
    const pipeline = word.text === 'block' ? this.#pipeline() : undefined;
    if (pipeline === undefined) this.#close();
    const { nodes, end } = this.#pipelines.scoped(() => this.#list(), ['']);
    if (end?.text !== 'end') throw this.#failure(end?.at ?? word.at, `{{${word.text}}} without {{end}}`);
    this.#close();
    this.#defined.set(name, this.#template(nodes));
    return pipeline === undefined ? undefined : { kind: 'template', name, pipeline, at: word.at };
  }

  #string(word: Token): string {
    this.#skipSpace();
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'string') return token.text;
    throw this.#failure(token?.at ?? word.at, `{{${word.text}}} needs a name in quotes`);
  }

  #pipeline(): Pipeline {
    const { pipeline, next } = this.#pipelines.parse(this.#at);
    this.#at = next;
    return pipeline;
  }

  #close(): void {
    this.#skipSpace();
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'close') {
      throw this.#failure(
        token?.at ?? this.#text.length,
        `unexpected ${JSON.stringify(token?.text ?? 'end')}`,
      );
    }
  }

  #skipSpace(): void {
    while (this.#tokens[this.#at]?.kind === 'space') this.#at++;
  }

  #failure(at: number, problem: string): Error {
    return templateFailure(this.#name, this.#text, at, problem);
  }
}
