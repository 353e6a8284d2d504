import type { Tokens } from './tokens.ts';

/** Reads `(a, "b.c", d,)`: label names in parentheses, a last comma allowed. */
export function parseLabelList(tokens: Tokens, context: string): readonly string[] {
  const labels: string[] = [];
  tokens.expectSymbol('(', context);
  while (!tokens.acceptSymbol(')')) {
    labels.push(parseLabelName(tokens, context));
    if (!tokens.isSymbol(')')) tokens.expectSymbol(',', context);
  }
  return labels;
}

function parseLabelName(tokens: Tokens, context: string): string {
  const token = tokens.peek();
  if (token.kind === 'word') return tokens.next().text;
  if (token.kind !== 'string' || token.value === '') throw tokens.unexpected(context, 'label');
  tokens.next();
  return token.value;
}
