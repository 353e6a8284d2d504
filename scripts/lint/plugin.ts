import { dirname, join, relative, resolve } from 'node:path';
import { importProblem } from './import-table.ts';

type Node = {
  readonly type: string;
  readonly source?: Node | null;
  readonly value?: unknown;
  readonly callee?: Node;
  readonly name?: string;
  readonly arguments?: readonly Node[];
};

type Context = {
  readonly filename: string;
  report(finding: { node: Node; message: string }): void;
};

const projectRoot = join(import.meta.dirname, '..', '..');

function createImportTableRule(context: Context): Record<string, (node: Node) => void> {
  const root = process.env.LINT_ROOT ?? projectRoot;
  const from = relative(root, context.filename);

  function check(node: Node): void {
    const specifier = node.source?.value;
    if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
    const to = relative(root, resolve(dirname(context.filename), specifier));
    const message = importProblem(from, to);
    if (message !== undefined) context.report({ node, message });
  }

  return {
    ImportDeclaration: check,
    ExportAllDeclaration: check,
    ExportNamedDeclaration: check,
    ImportExpression: check,
    TSImportType: check,
  };
}

/** `Date.now` is a property and caught by no-restricted-properties; `new Date()` and `Date()` are not. */
function createNoAmbientTimeRule(context: Context): Record<string, (node: Node) => void> {
  function check(node: Node): void {
    if (node.callee?.type !== 'Identifier' || node.callee.name !== 'Date') return;
    if (node.type === 'NewExpression' && node.arguments?.length !== 0) return;
    context.report({ node, message: 'this reads the real time: take a Clock as a parameter' });
  }
  return { NewExpression: check, CallExpression: check };
}

/** The project's own lint rules, loaded by oxlint. */
const plugin = {
  meta: { name: 'octowatch' },
  rules: {
    'import-table': { create: createImportTableRule },
    'no-ambient-time': { create: createNoAmbientTimeRule },
  },
};

export default plugin;
