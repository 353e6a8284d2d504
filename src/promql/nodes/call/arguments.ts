import type { Node, RangeNode, ScalarNode, VectorNode } from '../node.ts';

/** The nodes of a call's arguments by type, in order within a type; the parser has checked number and types. */
export class Arguments {
  readonly texts: readonly string[];
  readonly scalars: readonly ScalarNode[];
  readonly #nodes: readonly Node[];

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.texts = nodes.filter((node) => node.type === 'string').map((node) => node.value);
    this.scalars = nodes.filter((node) => node.type === 'scalar');
  }

  /** The instant vector, where there is one. */
  get optionalVector(): VectorNode | undefined {
    return this.#nodes.find((node) => node.type === 'vector');
  }

  get vector(): VectorNode {
    return this.optionalVector ?? missing('an instant vector');
  }

  get range(): RangeNode {
    return this.#nodes.find((node) => node.type === 'matrix') ?? missing('a range vector');
  }

  scalar(index: number): ScalarNode {
    return this.scalars[index] ?? missing('a scalar');
  }
}

function missing(what: string): never {
  throw new TypeError(`the parser lets no call without ${what} pass here`);
}
