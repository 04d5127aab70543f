/* report_style.h: the style of the HTML report. Both schemes from the same rules: only the variables differ. No "<" and no "&" in
 * here: the page is well-formed XML as well. */
#ifndef QUERN_LOAD_REPORT_STYLE_H
#define QUERN_LOAD_REPORT_STYLE_H

/* clang-format off */
static const char report_style[] =
    ":root{color-scheme:light dark;--page:#f7f7f5;--card:#fff;--ink:#1d2126;--soft:#5d6670;--rule:#dcdfe3;--grid:#e8eaed;"
    "--c1:#2563b8;--c2:#d0651a;--c3:#1f8a70;--c4:#c0283c;--c5:#7a4fb5;--c6:#8a6d1d;--good:#1d7a46;--good-back:#e6f4ec;"
    "--bad:#a8202f;--bad-back:#fbe9ea}\n"
    "@media (prefers-color-scheme:dark){:root{--page:#15181c;--card:#1d2126;--ink:#e6e8ea;--soft:#9aa4ae;--rule:#343a41;"
    "--grid:#2a2f35;--c1:#6ea8f0;--c2:#f0a060;--c3:#5cc8a8;--c4:#f07080;--c5:#b493e8;--c6:#d6bb63;--good:#6fd39b;"
    "--good-back:#16301f;--bad:#ff8b96;--bad-back:#3a1a1e}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:1560px;padding:24px;background:var(--page);color:var(--ink);"
    "font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif}\n"
    "h1{font-size:1.5rem;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}\n"
    "h2{font-size:1.1rem;margin:32px 0 10px}\n"
    "p{margin:0 0 10px}.soft{color:var(--soft)}\n"
    ".verdict{margin:16px 0;padding:12px 16px;border-radius:8px;border-left:6px solid var(--good);background:var(--good-back)}\n"
    ".verdict.bad{border-color:var(--bad);background:var(--bad-back)}\n"
    ".verdict strong{font-size:1.15rem;color:var(--good)}.verdict.bad strong{color:var(--bad)}\n"
    ".verdict ul{margin:6px 0 0;padding-left:20px}\n"
    ".tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px}\n"
    ".tile,figure,.table,pre{background:var(--card);border:1px solid var(--rule);border-radius:8px}\n"
    ".tile{padding:10px 12px}.tile b{display:block;font-size:1.3rem;font-weight:600;font-variant-numeric:tabular-nums}\n"
    ".tile span{color:var(--soft);font-size:.85rem}\n"
    ".plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(560px,100%),1fr));gap:16px}\n"
    "figure{margin:0;padding:10px 12px;display:flex;flex-direction:column-reverse;justify-content:flex-end}\n"
    "figcaption{font-weight:600}\n"
    "svg{display:block;width:100%;height:auto}\n"
    "svg text{font-size:12px;fill:var(--soft)}svg .legend,svg .marked{fill:var(--ink)}\n"
    ".grid{stroke:var(--grid);stroke-width:1}.mark{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}\n"
    ".line{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}.dot{stroke:var(--card);stroke-width:1.2}\n"
    ".line.s1{stroke:var(--c1)}.line.s2{stroke:var(--c2)}.line.s3{stroke:var(--c3)}.line.s4{stroke:var(--c4)}"
    ".line.s5{stroke:var(--c5)}.line.s6{stroke:var(--c6)}\n"
    ".dot.s1{fill:var(--c1)}.dot.s2{fill:var(--c2)}.dot.s3{fill:var(--c3)}.dot.s4{fill:var(--c4)}.dot.s5{fill:var(--c5)}"
    ".dot.s6{fill:var(--c6)}.cell.s1,.band.s1{fill:var(--c1)}.cell.s2,.band.s2{fill:var(--c2)}.band{fill-opacity:.18}\n"
    ".line.d1{stroke-dasharray:7 5}.line.d2{stroke-dasharray:1 5}.line.d3{stroke-dasharray:7 4 1 4}\n"
    ".table{overflow-x:auto;margin-bottom:16px}\n"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:5px 12px;text-align:right;border-top:1px solid var(--rule);white-space:nowrap}\n"
    "thead th{border-top:0;color:var(--soft);font-weight:600}th:first-child,td.words{text-align:left}\n"
    "tbody th{font-weight:500}td.words{white-space:normal;overflow-wrap:anywhere}\n"
    "pre{margin:0 0 16px;padding:12px;white-space:pre-wrap;overflow-wrap:anywhere;"
    "font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}\n"
    "@media print{body{max-width:none}figure,.table,.tile{break-inside:avoid}}\n";
/* clang-format on */

#endif
