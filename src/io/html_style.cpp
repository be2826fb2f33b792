// The style sheet: colours for light and dark screens, the page's columns, tables that scroll, figures, print.
#include "io/html_style.hpp"

namespace pac {

const char* const html_style = R"(
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f4f6f8; --ink: #16191d; --soft: #4b545f; --line: #c9d0d8; --link: #0a5ca8;
  --good: #0b6b3a; --bad: #b3261e; --open: #5c4b00; --good-ground: #e2f4e9; --bad-ground: #fdeaea; --open-ground: #fbf3d6;
  --s0: #0072b2; --s1: #c24e00; --s2: #00805e; --s3: #a3508a; --s4: #8a6d00; --s5: #b3261e; --s6: #5f6670; --s7: #4b3fa8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --raised: #1d2229; --ink: #eceff3; --soft: #b3bcc7; --line: #3d4651; --link: #86bdf5;
    --good: #7fe0a8; --bad: #ff9d95; --open: #ecd27a; --good-ground: #12301f; --bad-ground: #3d1a18; --open-ground: #332a0b;
    --s0: #56b4e9; --s1: #f0a030; --s2: #2bc79a; --s3: #d98fbc; --s4: #e6dc5a; --s5: #ff8a80; --s6: #a9b0ba; --s7: #b0a6ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem 1rem 3rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0 0.25rem; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 2rem 0 0.5rem; padding-top: 0.75rem;
  border-top: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
p { margin: 0.4rem 0; max-width: 48rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.soft, figcaption, caption, footer { color: var(--soft); }
.said { font-family: ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Consolas, monospace; font-size: 0.875rem; }
.said, td, th { white-space: pre-line; }
nav ul { columns: 22rem; padding-left: 1.2rem; margin: 0.5rem 0; }
.verdict { font-weight: 700; }
.verdict, .warning { display: inline-block; padding: 0.05rem 0.5rem; border-radius: 0.25rem;
  border: 1px solid currentColor; }
.warning { display: block; padding: 0.4rem 0.7rem; margin: 0.5rem 0; }
.passed { color: var(--good); background: var(--good-ground); }
.failed { color: var(--bad); background: var(--bad-ground); }
.skipped, .warning { color: var(--open); background: var(--open-ground); }
.wide { overflow-x: auto; max-width: 100%; margin: 0.5rem 0; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 0.25rem; }
th, td { padding: 0.2rem 0.75rem 0.2rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  overflow-wrap: normal; }
td { max-width: 40rem; min-width: 3rem; }
td:last-child:not(.number):not(.short) { min-width: 14rem; overflow-wrap: anywhere; }
.short { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
thead th { border-bottom: 2px solid var(--line); }
tbody th { font-weight: 500; min-width: 7rem; max-width: 24rem; }
details { margin: 0.4rem 0; }
summary { cursor: pointer; color: var(--link); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem;
  align-items: start; }
figure { margin: 0; min-width: 0; }
figcaption { font-size: 0.875rem; margin-top: 0.25rem; }
figcaption strong { color: var(--ink); }
svg { display: block; width: 100%; max-width: 36rem; height: auto; background: var(--raised);
  border-radius: 0.375rem; }
svg text { font: 11px system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif;
  fill: var(--soft); }
svg .label { fill: var(--ink); }
.grid { stroke: var(--line); stroke-width: 0.7; fill: none; }
.line { stroke: currentColor; stroke-width: 1.8; fill: none; }
.dot { fill: currentColor; stroke: transparent; stroke-width: 9; }
.bar { fill: currentColor; stroke: var(--raised); stroke-width: 0.6; }
.rule { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 5 4; fill: none; }
.interval { stroke: var(--ink); stroke-width: 1.8; fill: none; }
.floor { fill: var(--ink); stroke: var(--raised); stroke-width: 0.6; }
.cells { shape-rendering: crispEdges; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.halo { stroke: #000000; stroke-width: 3.6; fill: none; }
.edge { stroke: #ffffff; stroke-width: 1.6; fill: none; }
.cells rect:hover, .bar:hover { stroke: var(--ink); stroke-width: 1.5; }
.dot:hover { stroke: currentColor; }
.s0 { color: var(--s0); } .s1 { color: var(--s1); } .s2 { color: var(--s2); } .s3 { color: var(--s3); }
.s4 { color: var(--s4); } .s5 { color: var(--s5); } .s6 { color: var(--s6); } .s7 { color: var(--s7); }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .wide { overflow-x: visible; }
  .bar, .dot { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, figure details { display: none; }
}
)";

}  // namespace pac
