interface Palette {
  readonly bg: string;
  readonly line: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly link: string;
  readonly down: string;
  readonly downInk: string;
  readonly onDown: string;
  readonly degraded: string;
  readonly degradedInk: string;
  readonly healing: string;
  readonly unknown: string;
  readonly night: string;
}

const LIGHT: Palette = {
  bg: '#fbfbf9',
  line: '#e1e1dc',
  ink: '#15181b',
  ink2: '#474d54',
  ink3: '#656b72',
  link: '#1b56b0',
  down: '#c4261a',
  downInk: '#a81d13',
  onDown: '#ffffff',
  degraded: '#c57f00',
  degradedInk: '#855300',
  healing: '#2161c8',
  unknown: '#6c727a',
  night: '#eceef4',
};

const DARK: Palette = {
  bg: '#0d0f11',
  line: '#272c31',
  ink: '#e3e6e9',
  ink2: '#b3b9c0',
  ink3: '#939ba3',
  link: '#86b6ff',
  down: '#ff6552',
  downInk: '#ff8a7b',
  onDown: '#1a0503',
  degraded: '#efb02c',
  degradedInk: '#f3c15c',
  healing: '#5f9fff',
  unknown: '#969ea7',
  night: '#161a23',
};

/** The style of the report. Mail clients do not know CSS variables, so that each colour is written where it is used. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; }
*, *::before, *::after { box-sizing: border-box; }
html { font: 400 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
body { margin: 0; font-size: 14px; line-height: 20px; }
main { max-width: 880px; margin: 0 auto; padding: 28px 24px 48px; }
h1, h2, p, ul, dl, dd, figure { margin: 0; padding: 0; }
h1 { font-size: 28px; line-height: 34px; font-weight: 600; letter-spacing: -0.015em; }
h2 { font-size: 14px; font-weight: 600; margin-top: 32px; padding-bottom: 8px; border-bottom: 1px solid; }
.crumb { font-size: 12px; line-height: 16px; margin-bottom: 8px; }
.lead { font-size: 16px; line-height: 24px; margin-top: 6px; }
ul { list-style: none; } li { padding: 7px 0; border-bottom: 1px solid; }
figure { margin-top: 22px; } figcaption { font-size: 12px; margin-top: 6px; } figcaption span { margin-right: 20px; white-space: nowrap; }
figcaption svg { width: 14px; height: 14px; vertical-align: -2px; }
.two { display: grid; grid-template-columns: 1.25fr 1fr; gap: 0 48px; }
dl { display: grid; grid-template-columns: 1fr auto; gap: 3px 12px; margin-top: 8px; } dd { font-weight: 600; text-align: right; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 400; font-size: 12px; padding: 6px 24px 6px 0; border-bottom: 1px solid; white-space: nowrap; }
td, tbody th { padding: 7px 24px 7px 0; border-bottom: 1px solid; vertical-align: top; font-size: 14px; overflow-wrap: anywhere; }
tbody th { white-space: normal; } td.when { white-space: nowrap; font-weight: 600; } td.r, th.r { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
small { font-size: 12px; line-height: 16px; display: block; }
svg { display: block; max-width: 100%; } figcaption svg { display: inline; } svg text { font: 11px system-ui, sans-serif; } svg .strong { font-weight: 600; }
svg .ring { fill: none; stroke-width: 1.8; } svg .cross { stroke-width: 1.68; stroke-linecap: round; } svg .budget { stroke-dasharray: 2 3; }
${colours(LIGHT)}
@media screen and (prefers-color-scheme: dark) {${colours(DARK)}}
@media (max-width: 40rem) { .two { grid-template-columns: minmax(0, 1fr); } main { padding: 16px; } td, th { padding-right: 12px; } }
@media print { html, body { background: none; } main { padding: 0; max-width: none; } h2, tr, figure { break-inside: avoid; } h2 { break-after: avoid; } }
@page { margin: 15mm; }
`;

function colours(c: Palette): string {
  return `
html, body { color: ${c.ink}; background: ${c.bg}; }
h2, th, td, li, tbody th { border-color: ${c.line}; }
tbody th { color: ${c.ink}; }
.crumb, thead th, h2 span, small { color: ${c.ink3}; } h2 span { font-weight: 400; }
.lead, dt, figcaption { color: ${c.ink2}; }
a { color: ${c.link}; }
.broken { color: ${c.downInk}; }
svg text { fill: ${c.ink3}; } svg .axis { stroke: ${c.line}; } svg .night { fill: ${c.night}; }
svg .page { fill: ${c.down}; } svg .cross { stroke: ${c.onDown}; } svg .ring { stroke: ${c.healing}; } svg text.woken { fill: ${c.downInk}; }
svg .over { fill: ${c.degraded}; } svg .within { fill: ${c.unknown}; } svg .this { fill: ${c.ink}; } svg text.this { fill: ${c.ink}; }
svg .budget { stroke: ${c.degradedInk}; }
`;
}
