// How the page of a backtest looks. Status colours are never alone: words and numbers say the same.
#pragma once

namespace longshore::rules {

inline constexpr const char* kPageStyle = R"(
:root{color-scheme:light dark;--page:#f6f6f3;--card:#fff;--ink:#1b1b19;--soft:#5c5b57;--line:#e2e1dc;--bars:#b9c7dc;--now:#2a6fdb;
--before:#a3a19a;--good:#1a7f4b;--bad:#c4372b;--chip:#eeede8}
@media (prefers-color-scheme:dark){:root{--page:#161615;--card:#1f1f1d;--ink:#f2f1ec;--soft:#a9a79f;--line:#343431;--bars:#4c5f80;
--now:#5b9bff;--before:#77756e;--good:#4cc38a;--bad:#ff7b6e;--chip:#2b2b28}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:24px;margin:0 0 4px;letter-spacing:-.01em}
h2{font-size:16px;margin:40px 0 12px}
p{margin:0 0 8px;color:var(--soft)}
.problem{color:var(--bad)}
.tiles{display:flex;flex-wrap:wrap;gap:12px;margin:24px 0 8px}
.tile{flex:1 1 150px;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px}
.tile b{display:block;font-size:26px;line-height:1.25;font-weight:600}
.tile span{color:var(--soft);font-size:13px}
.legend{display:flex;gap:18px;font-size:13px;color:var(--soft);margin:16px 0 8px;flex-wrap:wrap}
.legend i{display:inline-block;width:18px;height:9px;border-radius:2px;margin-right:6px}
.rule{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 18px;margin:0 0 12px}
.head{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 12px;margin-bottom:10px}
.head b{font:600 15px ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.head .facts{margin-left:auto;color:var(--soft);font-size:13px;font-variant-numeric:tabular-nums}
.head .facts strong{color:var(--ink);font-size:15px}
.chip{background:var(--chip);border-radius:5px;padding:1px 7px;font-size:12px;font-weight:600}
.more{color:var(--bad);font-weight:600}.less{color:var(--good);font-weight:600}
svg{display:block;width:100%;height:auto;max-height:76px}
.bars{fill:var(--bars)}.ground{stroke:var(--line);fill:none}.now{fill:var(--now)}.before{fill:var(--before)}
.axis{position:relative;height:18px;font-size:11px;color:var(--soft);font-variant-numeric:tabular-nums}
.axis span{position:absolute;border-left:1px solid var(--line);padding-left:4px;white-space:nowrap}
details{margin-top:6px;font-size:13px}
summary{cursor:pointer;color:var(--soft)}
.parts{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:8px 28px;margin-top:8px}
h3{font-size:12px;margin:8px 0 4px;color:var(--soft);font-weight:600}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
td,th{padding:3px 10px 3px 0;text-align:left;border-bottom:1px solid var(--line);overflow-wrap:anywhere;font-weight:400}
td.n,th.n{text-align:right;white-space:nowrap}
th{color:var(--soft)}
tr.own td{font-weight:600}
.meter{display:block;height:7px;border-radius:3px;background:var(--now);min-width:1px}
pre{margin:0;font:12px/1.6 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
)";

}  // namespace longshore::rules
