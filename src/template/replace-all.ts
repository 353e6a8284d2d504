import { RE2JS, type Matcher } from 're2js';

/** Go's `regexp.ReplaceAllString`: RE2, `$1`, `$name` and `${name}` stand for groups, `$$` for a dollar sign. */
export function replaceAll(pattern: string, replacement: string, text: string): string {
  const matcher = RE2JS.compile(pattern).matcher(text);
  let result = '';
  let end = 0;
  while (matcher.find()) {
    result += text.slice(end, matcher.start()) + expand(replacement, matcher);
    end = matcher.end();
  }
  return result + text.slice(end);
}

function expand(replacement: string, matcher: Matcher): string {
  return replacement.replaceAll(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    return name === undefined ? whole.slice(1) : groupOf(matcher, name);
  });
}

/** The text of a group; one that is not there is empty, as in Go. */
function groupOf(matcher: Matcher, name: string): string {
  const index = /^\d+$/.test(name) ? Number(name) : undefined;
  if (index !== undefined) return index <= matcher.groupCount() ? (matcher.group(index) ?? '') : '';
  return name in matcher.pattern().namedGroups() ? (matcher.group(name) ?? '') : '';
}
