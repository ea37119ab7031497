// The report for people: one file that fetches nothing, light or dark as the reader's system is.

import { escaped } from './junit.js';
import { bars, lines } from './svg.js';

const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --soft: #59636e; --back: #ffffff; --card: #f6f8fa; --line: #d1d9e0;
  --good: #1a7f37; --bad: #cf222e; --c0: #0969da; --c1: #bf5700; --c2: #8250df; --c3: #1a7f37; --c4: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9198a1; --back: #0d1117; --card: #161b22;
  --line: #30363d; --good: #3fb950; --bad: #f85149; --c0: #4493f8; --c1: #f0883e; --c2: #ab7df8; --c3: #3fb950; --c4: #ff7b72; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 2rem auto;
  max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.verdict { color: var(--back); border-radius: 1rem; padding: .1rem .7rem; font-size: 1rem; vertical-align: middle; }
.good { background: var(--good); } .bad { background: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .5rem; margin: 1rem 0; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .7rem; }
dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .35rem .6rem; vertical-align: top;
  border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 600; }
td.passed { color: var(--good); } td.failed { color: var(--bad); font-weight: 700; }
figure { margin: 1rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem; }
figcaption { font-weight: 600; } .legend { display: flex; flex-wrap: wrap; gap: 1rem; color: var(--soft); font-size: .85rem; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: .2em; margin-right: .35em; }
svg { width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 11px; } svg text.value { font-size: 10px; }
svg .grid { stroke: var(--line); stroke-width: 1; } svg line.mark { stroke: var(--bad); stroke-dasharray: 4 3; }
svg polyline { fill: none; stroke-width: 2; }
${[0, 1, 2, 3, 4].map((n) => `svg polyline.c${n} { stroke: var(--c${n}); } svg circle.c${n}, svg rect.c${n} { fill: var(--c${n}); } .legend i.c${n} { background: var(--c${n}); }`).join('\n')}
.none, footer { color: var(--soft); } footer { margin-top: 1rem; }
`;

/** The page. `charts` are more of them, drawn already. */
export function page(summary, { overTime, charts }) {
    const verdict = summary.valid ? (summary.passed ? 'passed' : 'failed') : 'invalid';
    const title = `k6 ${summary.script}: ${verdict}`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>k6 ${escaped(summary.script)} <span class="verdict ${summary.passed ? 'good' : 'bad'}">${verdict}</span></h1>
${facts(summary)}
<h2>Gates</h2>
${table(['gate', 'found', 'allowed', ''], summary.gates.map(gateRow))}
<h2>Latency</h2>
${bars('By operation', latencyGroups(summary), 'ms')}
${overTime.some(({ points }) => points.length > 1) ? overTime.map(timeChart).join('\n') : ''}
${charts.join('\n')}
${checks(summary.checks)}
<footer>Made ${escaped(summary.ended_at)}. Latency is timed by the client, from the first byte sent to the last one read.</footer>
</body>
</html>
`;
}

function facts(summary) {
    const all = [
        ['address', summary.base_url],
        ['environment', summary.environment],
        ['region', summary.region],
        ['requests', summary.requests],
        ['failed', summary.failed_requests],
        ['a second', summary.requests_per_second],
        ['dropped', summary.dropped_iterations],
        ['seed', summary.seed],
        ['knee', summary.knee && `${summary.knee.requests_per_second} a second, limited by ${summary.knee.limited_by}`],
    ].filter(([, value]) => value !== undefined);
    return `<dl>${all.map(([name, value]) => `<div><dt>${name}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>`;
}

function gateRow(gate) {
    const word = gate.passed ? 'passed' : 'failed';
    return [cell(gate.name), cell(gate.measured), cell(gate.limit), `<td class="${word}">${word}</td>`];
}

function checks(all) {
    if (all.length === 0) {
        return '';
    }
    const sorted = [...all].sort((one, other) => (other.fails > 0) - (one.fails > 0));
    const rows = sorted.map(({ name, passes, fails }) => [
        cell(name),
        cell(passes),
        `<td class="${fails > 0 ? 'failed' : 'passed'}">${fails}</td>`,
    ]);
    return `<h2>What was held against its promise</h2>\n${table(['promise', 'kept', 'broken'], rows)}`;
}

function table(heads, rows) {
    const head = `<tr>${heads.map((name) => `<th>${name}</th>`).join('')}</tr>`;
    const body = rows.map((cells) => `<tr>${cells.join('')}</tr>`).join('\n');
    return `<div class="wide"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>`;
}

function cell(text) {
    return `<td>${escaped(text)}</td>`;
}

function latencyGroups(summary) {
    return Object.keys(summary.latency_ms).map((operation) => ({
        name: operation.toUpperCase(),
        values: Object.entries(summary.latency_ms[operation]).map(([name, y]) => ({ name, y })),
    }));
}

function timeChart({ operation, points }) {
    const series = [['p50', 'med', 0], ['p95', 'p(95)', 2], ['p99', 'p(99)', 3]].map(([name, key, colour]) => ({
        name,
        colour,
        points: points.map((point) => ({ x: point.at, y: point[key] })),
    }));
    return lines(`${operation.toUpperCase()} over time`, series, { x: 's', y: 'ms', from: 0 });
}
