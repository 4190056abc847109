// The style sheet of the HTML report; light and dark as the reader's system asks.
#pragma once

#include <string_view>

namespace longshore::deployer {

inline constexpr std::string_view kHtmlStyle = R"css(
:root { color-scheme: light dark; --fg: #1d2430; --dim: #5c6675; --bg: #f5f6f8; --card: #fff; --line: #dfe3e9; --code: #f0f2f5;
  --good: #1f7a45; --bad: #b3261e; --warn: #8a5a00; --good-bg: #dff3e6; --bad-bg: #fbe3e1; --warn-bg: #fcefd2; --link: #1f5fbf; }
@media (prefers-color-scheme: dark) { :root { --fg: #e3e7ee; --dim: #98a2b3; --bg: #14171c; --card: #1c2027; --line: #303640;
  --code: #12151a; --good: #6fd598; --bad: #ff8f87; --warn: #f0c060; --good-bg: #163524; --bad-bg: #451d1b; --warn-bg: #3c2f12;
  --link: #7fb0ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto,
  "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 60px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 6px; }
h2 { font-size: 17px; margin: 0 0 12px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 18px 20px; margin-top: 16px;
  overflow-x: auto; }
section.good { border-top: 5px solid var(--good); } section.bad { border-top: 5px solid var(--bad); }
section.warn { border-top: 5px solid var(--warn); }
.outcome, .events td { white-space: pre-line; }
.outcome { font-size: 17px; font-weight: 600; margin: 0 0 14px; }
.good .outcome { color: var(--good); } .bad .outcome { color: var(--bad); } .warn .outcome { color: var(--warn); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 0; }
dl.facts { grid-template-columns: max-content 1fr max-content 1fr; }
@media (max-width: 800px) { dl.facts { grid-template-columns: max-content 1fr; } }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
a { color: var(--link); }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { background: var(--code); padding: 2px 6px; border-radius: 4px; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; margin: 8px 0 0;
  max-height: 480px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; border: 0; }
th { text-align: left; color: var(--dim); font-weight: 500; font-size: 13px; border: 0; border-bottom: 1px solid var(--line);
  padding: 4px 14px 6px 0; white-space: nowrap; }
td { vertical-align: top; border: 0; border-bottom: 1px solid var(--line); padding: 7px 14px 7px 0; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
td.n { white-space: nowrap; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
.tag { display: inline-block; border-radius: 10px; padding: 1px 9px; font-size: 13px; white-space: nowrap;
  background: var(--code); color: var(--dim); }
.tag.good { background: var(--good-bg); color: var(--good); } .tag.bad { background: var(--bad-bg); color: var(--bad); }
.tag.warn { background: var(--warn-bg); color: var(--warn); }
.gate { font-size: 13px; } .gate.bad { color: var(--bad); font-weight: 600; } .dim { color: var(--dim); }
summary { cursor: pointer; font-weight: 600; } details + details { margin-top: 14px; }
.events td { padding: 3px 12px 3px 0; font-size: 13px; } .events tr.call td { color: var(--dim); }
.events tr.error td { color: var(--bad); } .events tr.warning td { color: var(--warn); }
svg { display: block; min-width: 760px; }
@media print { pre { max-height: none; } body { background: #fff; } }
)css";

}  // namespace longshore::deployer
