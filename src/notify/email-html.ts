import type { Incident } from '../model/incident.ts';
import { emailLinks, emailRows, emailSubject } from './email-words.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The values of the web page's tokens: mail programs know no variables. */
const BODY = 'margin:16px;font:14px/1.45 system-ui,sans-serif;color:#15181b';
const LINE = 'margin:0 0 12px;font-size:18px;font-weight:600';
const LABEL = 'padding:2px 12px 2px 0;text-align:left;vertical-align:top;font-weight:400;color:#474d54';

/** The same as the plain text, as a document that needs nothing from elsewhere. */
export function emailHtml(incident: Incident): string {
  const rows = emailRows(incident).map(([label, lines]) => {
    const text = lines.map(escapeHtml).join('<br>');
    return `<tr><th scope="row" style="${LABEL}">${escapeHtml(label)}</th><td>${text}</td></tr>`;
  });
  const links = emailLinks(incident).map(
    ([label, href]) => `<a style="color:#1b56b0" href="${escapeHtml(href)}">${escapeHtml(label)}</a>`,
  );
  const line = escapeHtml(emailSubject(incident));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${line}</title></head>
<body style="${BODY}">
<h1 style="${LINE}">${line}</h1>
<table style="border-collapse:collapse">
${rows.join('\n')}
</table>
<p>${links.join(' · ')}</p>
</body></html>
`;
}

/** Text that is nothing but text, also inside an attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
