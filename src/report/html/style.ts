/** Light colours, as custom properties. All text on its ground has a contrast of at least 4.5 : 1, lines and marks of at least 3 : 1. */
export const light = `
  --ground: #ffffff; --raised: #f6f7f9; --text: #1b1f24; --muted: #57606a; --rule: #e1e5ea; --edge: #7d8792;
  --accent: #0a5fbf; --good: #17722f; --bad: #c0262d; --warn: #875400; --fault: #b3541e; --band: rgb(10 95 191 / 0.09);
  --line-measured: #0a5fbf; --line-predicted: #57606a; --line-without: #7d8792; --line-depth: #b08400;
  --line-in: #6b7580; --line-out: #0a5fbf; --line-limit: #b3541e;
  --line-variant-0: #0a5fbf; --line-variant-1: #b3541e; --line-variant-2: #17722f; --line-variant-3: #7c3aad;
  --line-variant-4: #9a7400; --line-variant-5: #b01f6b; --line-variant-6: #0b7a83; --line-variant-7: #57606a;`;

/** The same in the dark. */
export const dark = `
  --ground: #15181c; --raised: #1d2126; --text: #e4e7eb; --muted: #9da7b1; --rule: #2c323a; --edge: #76808c;
  --accent: #6db1ff; --good: #5cc77c; --bad: #ff8079; --warn: #e0b04a; --fault: #f0935a; --band: rgb(109 177 255 / 0.13);
  --line-measured: #6db1ff; --line-predicted: #9da7b1; --line-without: #76808c; --line-depth: #d9b03f;
  --line-in: #9da7b1; --line-out: #6db1ff; --line-limit: #f0935a;
  --line-variant-0: #6db1ff; --line-variant-1: #f0935a; --line-variant-2: #5cc77c; --line-variant-3: #c294f0;
  --line-variant-4: #d9b03f; --line-variant-5: #f58ac0; --line-variant-6: #56c8d2; --line-variant-7: #9da7b1;`;

const looks = [
  ...['measured', 'predicted', 'without', 'depth', 'in', 'out', 'limit'],
  ...Array.from({ length: 8 }, (_, at) => `variant-${at}`),
];

/** Swatches in keys: dashed where the line is. */
const swatches = looks
  .map((look) => {
    const style = /^(predicted|limit|variant-[15])$/.test(look)
      ? 'dashed'
      : /^(without|variant-[26])$/.test(look)
        ? 'dotted'
        : /^variant-[37]$/.test(look)
          ? 'double'
          : 'solid';
    return `.line-${look} { border-top: 3px ${style} var(--line-${look}); }`;
  })
  .join('\n');

/** The page's own style sheet. */
export const pageStyle = `
:root { color-scheme: light; ${light} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${dark} } }
:root[data-theme="dark"] { color-scheme: dark; ${dark} }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 0 1.25rem 4rem; max-width: 68rem; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; font-weight: 650; text-wrap: balance; }
h1 { font-size: 2.1rem; letter-spacing: -0.015em; }
h2 { font-size: 1.4rem; margin-bottom: 0.9rem; letter-spacing: -0.01em; }
h3 { font-size: 1.1rem; margin: 1.2rem 0 0.5rem; }
h4 { font-size: 0.95rem; }
p, ul, pre { margin: 0 0 0.75rem; }
p, li { max-width: 46rem; }
ul { padding-left: 1.2rem; }
b { font-weight: 650; }
a { color: var(--accent); }
a:focus-visible, button:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
small { font-size: 0.8125rem; }
.dim, .reading, .hint, small, figcaption .at { color: var(--muted); }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; } .warn { color: var(--warn); } .accent { color: var(--accent); }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 0.5rem; background: var(--ground); padding: 0.4rem; }
header { padding-top: 1.75rem; }
.kind { display: flex; align-items: center; color: var(--muted); font-size: 0.875rem; max-width: none; margin-bottom: 1.25rem; }
button { font: inherit; font-size: 0.875rem; color: var(--text); background: var(--ground); border: 1px solid var(--edge); border-radius: 6px;
  min-width: 2.1rem; min-height: 2.1rem; padding: 0.1rem 0.6rem; cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
#theme { margin-left: auto; flex-shrink: 0; }
.summary { font-size: 1.15rem; color: var(--muted); margin: 0.35rem 0 1.5rem; }
.verdict { border-left: 4px solid var(--edge); padding: 0.1rem 0 0.1rem 1rem; margin: 1.25rem 0 1.75rem; }
header .verdict { font-size: 1.15rem; }
.verdict > :last-child { margin-bottom: 0; }
.verdict.pass { border-color: var(--good); } .verdict.fail { border-color: var(--bad); } .verdict.inconclusive { border-color: var(--warn); }
nav { border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); padding: 0.6rem 0; font-size: 0.875rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; padding: 0; margin: 0; }
nav a { color: var(--muted); text-decoration: none; } nav a:hover { color: var(--accent); text-decoration: underline; }
section { margin-top: 2.75rem; }
section section, details section { margin-top: 2rem; }
.table { overflow-x: auto; margin: 0 0 0.75rem; max-width: 100%; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.4rem 1.1rem 0.4rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); overflow-wrap: normal; }
thead th { color: var(--muted); font-weight: 600; vertical-align: bottom; border-bottom-color: var(--edge); }
tbody th { font-weight: 500; min-width: 7rem; }
tbody th small { display: block; font-weight: 400; max-width: 24rem; }
.number { text-align: right; } td.number, tbody th.number { white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
td:not(.number) { min-width: 3rem; }
pre { background: var(--raised); border-radius: 6px; padding: 0.8rem 1rem; overflow-x: auto; max-width: 100%; }
code { font: 0.85rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: normal; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; color: var(--muted); font-size: 0.9rem; padding: 0.2rem 0; width: fit-content; }
summary:hover { color: var(--accent); }
details[open] > summary { margin-bottom: 0.5rem; }
details.variant { border: 1px solid var(--rule); border-radius: 8px; padding: 0.6rem 1rem; margin: 0.75rem 0; }
details.variant > summary { font-size: 1.05rem; font-weight: 600; color: var(--text); }
.points { font-size: 0.875rem; }
.points summary, .points table { font-size: 0.8125rem; }
figure { margin: 0 0 1.5rem; min-width: 0; }
figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.1rem 1rem; min-height: 3.1rem; }
figcaption h4 { flex-basis: 100%; }
.at { margin: 0; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.key { display: flex; flex-wrap: wrap; gap: 0 1rem; list-style: none; margin: 0; padding: 0; font-size: 0.8125rem; color: var(--muted); }
.key output { color: var(--text); font-weight: 600; font-variant-numeric: tabular-nums; }
.key .swatch { display: inline-block; width: 1.4rem; height: 0; margin-right: 0.4rem; vertical-align: middle; }
svg.swatch { height: 0.9rem !important; }
${swatches}
.plot { position: relative; min-height: 15rem; cursor: crosshair; }
.chart.large .plot { min-height: 20rem; }
.reading { font-size: 0.875rem; margin: 0.25rem 0; }
.zoom { display: flex; flex-wrap: wrap; align-items: center; gap: 0.35rem; margin-bottom: 0.9rem; }
.hint { font-size: 0.8125rem; margin-left: 0.5rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(27rem, 100%), 1fr)); gap: 0.5rem 2rem; }
.life { display: grid; grid-template-columns: 60px 1fr; align-items: center; margin-right: 18px; }
.life span { font-size: 0.75rem; color: var(--muted); text-align: right; padding-right: 6px; line-height: 1.1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.lifelines.named .life { grid-template-columns: 9rem 1fr; }
.life svg { width: 100%; height: 20px; display: block; }
.up, .waits rect { fill: var(--accent); }
.starting { fill: var(--edge); }
.frozen { fill: none; stroke: var(--warn); stroke-width: 2px; vector-effect: non-scaling-stroke; }
.down { stroke: var(--edge); stroke-width: 1px; stroke-dasharray: 2 3; vector-effect: non-scaling-stroke; }
.death { stroke: var(--bad); stroke-width: 3px; vector-effect: non-scaling-stroke; }
.waits table { width: 100%; font-size: 0.8125rem; }
.waits th, .waits td { padding: 0.1rem 0.7rem 0.1rem 0; border: 0; }
.waits tbody th { font-weight: 400; min-width: 0; }
.waits .bar { width: 60%; vertical-align: middle; }
.waits svg { display: block; width: 100%; height: 0.8rem; }
.waits figcaption { min-height: 0; margin-bottom: 0.5rem; }
.stories { list-style: none; padding: 0; } .stories li { padding: 0.45rem 0; border-bottom: 1px solid var(--rule); }
footer { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: 1rem; font-size: 0.875rem; color: var(--muted); }
.u-select { background: var(--band) !important; }
.u-cursor-x, .u-cursor-y { border-color: var(--edge) !important; }
@media (max-width: 40rem) {
  body { padding: 0 1rem 3rem; font-size: 0.9375rem; }
  h1 { font-size: 1.7rem; } h2 { font-size: 1.25rem; }
  section { margin-top: 2.25rem; }
  .hint { display: none; }
  .plot { min-height: 13.1rem; } .chart.large .plot { min-height: 15.6rem; }
  details.variant { padding: 0.5rem 0.6rem; }
  .waits .bar { width: 45%; }
}
@media print {
  :root, :root[data-theme], :root:not([data-theme="light"]) { color-scheme: light; ${light} }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .zoom, button, .skip, .at, .key output, details > summary::marker { display: none; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  .table, pre { overflow: visible; } pre { white-space: pre-wrap; }
  figure, tr, .stories li { break-inside: avoid; } h2, h3, h4, summary { break-after: avoid; }
  .grid { display: block; } .lifelines [role=img] { max-width: 660px; } table, .points table { font-size: 8pt; }
  a { color: inherit; text-decoration: none; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
