/** Style of the benchmark's report: one column of cards, light and dark by the reader's setting, fit for printing. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --paper: #f6f7f9; --card: #fff; --ink: #1d242e; --soft: #5c6675; --faint: #dfe4ea; --alarm: #c81e1e; --good: #15803d; --warn: #a16207;
  --s0: #2563eb; --s1: #d97706; --s2: #0d9488; --s3: #9333ea; --s4: #dc2626; --s5: #65a30d; --s6: #0284c7; --s7: #64748b; }
@media (prefers-color-scheme: dark) { :root { --paper: #12161c; --card: #1a2028; --ink: #e6eaf0; --soft: #9aa6b5; --faint: #303946; --alarm: #f87171; --good: #4ade80; --warn: #fbbf24;
  --s0: #60a5fa; --s1: #fbbf24; --s2: #2dd4bf; --s3: #c084fc; --s4: #f87171; --s5: #a3e635; --s6: #38bdf8; --s7: #94a3b8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", "Open Sans", sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 0 0 2px; } h3 { font-size: 14px; margin: 18px 0 6px; }
p { margin: 4px 0 10px; } .soft { color: var(--soft); } nav a { color: inherit; margin-right: 14px; }
section { background: var(--card); border: 1px solid var(--faint); border-radius: 10px; padding: 18px 20px; margin-top: 18px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 500px), 1fr)); gap: 8px 28px; }
figure { margin: 0; } figcaption { font-weight: 600; font-size: 14px; margin: 12px 0 4px; }
svg { width: 100%; height: auto; display: block; font: 12px system-ui, "Segoe UI", Roboto, "Noto Sans", "Open Sans", sans-serif; }
svg text { fill: var(--ink); } svg .tick { fill: var(--soft); font-size: 11px; } svg .alarm { fill: var(--alarm); font-size: 11px; font-weight: 600; }
svg .axis { stroke: var(--soft); } svg .grid { stroke: var(--faint); } svg .mark { stroke: var(--ink); stroke-dasharray: 2 3; } svg .budget { stroke: var(--alarm); stroke-width: 1.5; stroke-dasharray: 6 4; }
${Array.from({ length: 8 }, (_, k) => `svg .fill${k} { fill: var(--s${k}); } svg .stroke${k} { stroke: var(--s${k}); stroke-width: 2; fill: none; }`).join('\n')}
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--faint); vertical-align: top; white-space: nowrap; }
th { white-space: normal; vertical-align: bottom; line-height: 1.2; } table.narrow { width: auto; min-width: 320px; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; } td.wrap { white-space: normal; min-width: 220px; }
tr.main td { font-weight: 600; } .met { color: var(--good); font-weight: 600; } .missed { color: var(--alarm); font-weight: 600; } .unmeasured { color: var(--soft); }
.note { border-left: 3px solid var(--warn); padding-left: 10px; } dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 10px 0 0; } dt { color: var(--soft); } dd { margin: 0; }
@media print { body { background: none; } section { break-inside: avoid; } }
`;
