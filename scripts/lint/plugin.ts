import { dirname, join, relative, resolve } from 'node:path';
import { importProblem } from './import-table.ts';

type Node = { readonly type: string; readonly source?: Node | null; readonly value?: unknown };

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

/** The project's own lint rules, loaded by oxlint. */
const plugin = {
  meta: { name: 'octowatch' },
  rules: { 'import-table': { create: createImportTableRule } },
};

export default plugin;
