/** The one style sheet: every colour, size and duration of the pages. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --bg: #fbfbf9; --surface: #fff; --line: #e1e1dc; --ink: #15181b; --ink-2: #474d54; --ink-3: #656b72; --link: #1b56b0;
  --sunken: #f2f2ef; --control: #85888b;
  --down: #c4261a; --down-ink: #a81d13; --down-wash: #fdefed; --on-down: #fff;
  --degraded: #c57f00; --degraded-ink: #855300;
  --healing: #2161c8; --healing-ink: #1b56b0;
  --unknown: #6c727a; --unknown-ink: #50565e;
  --healthy: #b7d2c8; --healthy-ink: #2c6150; --healthy-line: #3f7f6b;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0d0f11; --surface: #14171a; --line: #272c31; --ink: #e3e6e9; --ink-2: #b3b9c0; --ink-3: #939ba3; --link: #86b6ff;
    --sunken: #191c20; --control: #747c84;
    --down: #ff6552; --down-ink: #ff8a7b; --down-wash: #2c1513; --on-down: #1a0503;
    --degraded: #efb02c; --degraded-ink: #f3c15c;
    --healing: #5f9fff; --healing-ink: #86b6ff;
    --unknown: #969ea7; --unknown-ink: #b3b9c0;
    --healthy: #274a40; --healthy-ink: #84c7b0; --healthy-line: #5aa58c;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font: 400 16px/1.5 var(--sans); color: var(--ink); background: var(--bg); font-variant-numeric: tabular-nums; }
body { margin: 0; font-size: 0.875rem; }
a { color: var(--link); }
h1 { font-size: 1.75rem; line-height: 34px; font-weight: 600; letter-spacing: -0.015em; margin: 0; text-wrap: balance; }
h2 { font-size: 0.875rem; font-weight: 600; margin: 32px 0 8px; }
h2 span, .quiet { color: var(--ink-3); font-weight: 400; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.top { display: flex; gap: 24px; align-items: center; min-height: 48px; padding: 0 24px; border-bottom: 1px solid var(--line); background: var(--surface); }
.top b { font-weight: 600; }
.top .brand { color: var(--ink); text-decoration: none; }
.top nav { display: flex; gap: 16px; } .top nav a { color: var(--ink-2); line-height: 48px; }
.skip { position: absolute; left: -9999px; } .skip:focus { left: 16px; top: 8px; background: var(--surface); padding: 8px 12px; }
.top .live { margin-left: auto; color: var(--ink-2); font-size: 0.75rem; }
.live::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 6px; border-radius: 50%; background: var(--healthy-line); }
.live[data-stale]::before { background: none; border: 2px solid var(--degraded); }
.notice { padding: 8px 24px; border-bottom: 1px solid var(--line); color: var(--ink-2); }
main { padding: 24px; max-width: 1440px; margin: 0 auto; }
.counts { display: flex; flex-wrap: wrap; gap: 8px 24px; list-style: none; padding: 0; margin: 16px 0; }
.counts li { display: inline-flex; gap: 8px; align-items: center; }
.fleet { display: flex; flex-wrap: wrap; gap: 3px; list-style: none; padding: 0; margin: 0; }
.fleet .cell { display: block; }
.cell { display: inline-block; width: 14px; height: 14px; border-radius: 2px; vertical-align: -2px; background: var(--healthy); }
.cell.down { background: linear-gradient(45deg, transparent 44%, var(--on-down) 44% 56%, transparent 56%), linear-gradient(-45deg, transparent 44%, var(--on-down) 44% 56%, transparent 56%), var(--down); }
.cell.degraded { background: linear-gradient(135deg, var(--degraded) 50%, transparent 50%); border: 1.5px solid var(--degraded); }
.cell.healing { background: none; border: 2.5px solid var(--healing); border-radius: 50%; }
.cell.unknown { background: repeating-linear-gradient(45deg, var(--unknown) 0 1.5px, transparent 1.5px 4px); border: 1px solid var(--unknown); }
.cell:is(.held, .muted, .silenced, .inhibited, .folded, .log) { background: none; border: 1.5px solid var(--ink-3); }
.cell.asleep { background: none; border: 1px dashed var(--ink-3); }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 400; color: var(--ink-3); font-size: 0.75rem; }
th, td { padding: 8px 16px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.nowrap { white-space: nowrap; }
.state { font-weight: 600; white-space: nowrap; text-transform: capitalize; }
.state.down { color: var(--down-ink); } .state.degraded { color: var(--degraded-ink); } .state.healing { color: var(--healing-ink); }
.state.unknown { color: var(--unknown-ink); } .state.healthy { color: var(--healthy-ink); font-weight: 400; }
.state.asleep { color: var(--ink-3); font-weight: 400; }
.state.held, .state.muted, .state.silenced, .state.inhibited, .state.folded { color: var(--ink-2); }
p, ul, ol, dl, dd, pre { margin: 0; padding: 0; } p + p { margin-top: 8px; }
h1, p, li, th, td, dd, pre, label { overflow-wrap: anywhere; }
.alert { padding: 12px 24px; border-bottom: 1px solid var(--line); background: var(--down-wash); color: var(--down-ink); font-weight: 600; }
.problem { margin: 16px 0; padding: 8px 13px; border-left: 3px solid var(--down); background: var(--down-wash); color: var(--down-ink); }
.narrow { max-width: 640px; } .narrow section { margin-top: 20px; } .narrow section > h2 { margin: 0; font-size: 1rem; line-height: 22px; }
.share td { white-space: nowrap; } .why { margin: 8px 0; color: var(--ink-2); } .kind .state { text-transform: none; } .kind { display: flex; justify-content: space-between; gap: 8px; } .lines { list-style: none; }
.do { border-left: 3px solid var(--ink); padding-left: 13px; }
.facts { display: grid; grid-template-columns: auto 1fr; gap: 4px 16px; margin-top: 8px; } .facts dt { color: var(--ink-3); }
.btn { font: inherit; font-weight: 600; display: inline-flex; align-items: center; justify-content: center; min-height: 36px; padding: 0 14px; border: 1px solid var(--control); border-radius: 6px; background: var(--surface); color: var(--ink); text-decoration: none; cursor: pointer; }
.btn.primary { background: var(--ink); border-color: var(--ink); color: var(--bg); }
.actions { position: sticky; bottom: 0; display: flex; gap: 8px; padding: 12px 24px; border-top: 1px solid var(--line); background: var(--surface); }
.actions .btn { min-height: 48px; } .actions .primary { flex: 1; max-width: 320px; }
.field { margin: 12px 0; max-width: 640px; } .field label { display: block; font-weight: 600; }
input, select, textarea { font: inherit; color: var(--ink); background: var(--surface); width: 100%; min-height: 36px; padding: 4px 10px; border: 1px solid var(--control); border-radius: 6px; }
fieldset { border: 0; margin: 12px 0; padding: 0; } legend { font-weight: 600; padding: 0; } fieldset label { display: inline-flex; gap: 8px; align-items: center; min-height: 36px; margin-right: 16px; } input[type="radio"] { width: auto; min-height: 0; }
code, pre, .mono { font-family: var(--mono); font-size: 0.92em; } pre { padding: 8px 13px; background: var(--sunken); overflow-x: auto; white-space: pre-wrap; }
tbody th { color: var(--ink); font-size: inherit; }
svg text { font: 11px var(--sans); fill: var(--ink-3); } svg .axis { stroke: var(--line); } svg .threshold { stroke: var(--degraded-ink); stroke-dasharray: 2 3; }
svg .line { fill: none; stroke: var(--ink); stroke-width: 1.75; stroke-linejoin: round; } svg.many .line { stroke-width: 1.25; } figure { margin: 16px 0; max-width: 760px; } figure svg { width: 100%; height: auto; }
@media (max-width: 40rem) {
  .top { gap: 12px; padding: 0 16px; } .top .version { display: none; } .alert, .notice { padding: 8px 16px; }
  .btn, input, select, textarea { min-height: 44px; } .wide { width: 100%; margin-top: 10px; } .actions { padding: 12px 16px; }
  h1 { font-size: 1.625rem; line-height: 31px; } table.share thead { display: table-header-group; } table.share tr { display: table-row; } table.share :is(td, th) { display: table-cell; padding: 4px 8px 4px 0; }
  tbody th { display: block; border: 0; padding: 0; } svg text { font-size: 20px; }
  body { font-size: 1rem; }
  main { padding: 16px; }
  thead { display: none; }
  tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); }
  td { display: block; border: 0; padding: 0; }
}
`;
