import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = process.argv[2] ?? join(import.meta.dirname, '..');
const npmVerbs = new Set(['ci', 'install', 'exec', 'pack', 'publish', 'view']);

type Finding = { readonly file: string; readonly line: number; readonly problem: string };

/** The parts of a page that are prose: fenced blocks become empty lines, so that line numbers stay. */
function withoutFences(page: string): string {
  return page.replaceAll(/^(```|~~~)[^]*?^\1/gm, (fence) => fence.replaceAll(/[^\n]/g, ''));
}

/** The anchors of a page as its readers' renderers make them from its headings. */
function anchors(page: string): Set<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  for (const [, heading = ''] of withoutFences(page).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
    const earlier = seen.get(anchor) ?? 0;
    seen.set(anchor, earlier + 1);
    found.add(earlier === 0 ? anchor : `${anchor}-${earlier}`);
  }
  for (const [, id = ''] of page.matchAll(/<a (?:id|name)="([^"]+)"/g)) found.add(id);
  return found;
}

function linkProblem(file: string, link: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return undefined;
  const [path = '', anchor] = decodeURI(link).split('#');
  const target = path === '' ? file : resolve(dirname(file), path);
  if (!existsSync(target)) return `the link ${link} leads nowhere`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return anchors(readFileSync(target, 'utf8')).has(anchor)
    ? undefined
    : `the link ${link} has no such heading`;
}

function scriptProblem(script: string, scripts: ReadonlySet<string>): string | undefined {
  return scripts.has(script) ? undefined : `package.json has no script "${script}"`;
}

function checkPage(file: string, scripts: ReadonlySet<string>): Finding[] {
  const page = readFileSync(file, 'utf8');
  const problems: [number, string | undefined][] = [];
  const prose = withoutFences(page).replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
  for (const { 1: link = '', index } of prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g))
    problems.push([index, linkProblem(file, link)]);
  for (const { 1: link = '', index } of prose.matchAll(/^\[[^\]]+\]: *(\S+)/gm))
    problems.push([index, linkProblem(file, link)]);
  for (const { 1: script = '', index } of page.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g))
    problems.push([index, scriptProblem(script, scripts)]);
  for (const { 1: verb = '', index } of page.matchAll(/\bnpm ((?!run\b)[a-z][\w:-]*)(?=[`\s])/g))
    if (!npmVerbs.has(verb)) problems.push([index, scriptProblem(verb, scripts)]);
  return problems.flatMap(([index, problem]) => {
    const line = page.slice(0, index).split('\n').length;
    return problem === undefined ? [] : [{ file: relative(root, file), line, problem }];
  });
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pages = globSync('**/*.md', {
  cwd: root,
  exclude: (path) => /(^|\/)(node_modules|dist|\.\w+)$/.test(path),
});
const findings = pages.flatMap((page) => checkPage(join(root, page), new Set(Object.keys(scripts))));
for (const { file, line, problem } of findings) console.log(`${file}:${line}: ${problem}`);
process.exitCode = findings.length === 0 ? 0 : 1;
