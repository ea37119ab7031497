// What a run leaves behind: a table on the terminal, JSON for programs, JUnit for CI, HTML for people.

import { duration, judged, thresholdsOf } from './gates.js';
import { page } from './html.js';
import { junit } from './junit.js';
import { BASE_URL, ENVIRONMENT, REGION, REPORT } from './settings.js';

const TREND_STATS = ['min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count'];
const OPERATIONS = ['get', 'put', 'delete'];
/** Into how many parts the time of a run is cut for the charts. */
export const SLICES = 30;

/** k6's options for a run: its scenarios, and thresholds from its gates and of `kept`, which always hold. */
export function options(script, gates, scenarios, { slices = 0, kept = {}, phases = ['measured'] } = {}) {
    const thresholds = thresholdsOf(gates);
    // k6 keeps the figures of a part of a metric only where a threshold names it; these always hold.
    const named = [
        ...OPERATIONS.map((operation) => duration(operation, phases[0])),
        ...parts(slices).map((slice) => sliceOf('get', slice)),
        ...parts(slices).map((slice) => sliceOf('put', slice)),
    ];
    const always = { ...kept, ...Object.fromEntries(named.map((metric) => [metric, ['min>=0']])) };
    for (const phase of phases) {
        always[`http_reqs{phase:${phase}}`] = ['count>=0'];
        always[`http_req_failed{phase:${phase}}`] = ['rate>=0'];
        always[`dropped_iterations{scenario:${phase}}`] = ['count>=0'];
    }
    for (const metric of Object.keys(always)) {
        thresholds[metric] = [...new Set([...(thresholds[metric] || []), ...always[metric]])];
    }
    return {
        scenarios,
        thresholds,
        summaryTrendStats: TREND_STATS,
        setupTimeout: '3m',
        teardownTimeout: '3m',
        batch: 20,
        batchPerHost: 20,
        // No addresses of single requests, and nothing per virtual user, in what goes to Prometheus.
        systemTags: ['status', 'method', 'name', 'scenario', 'group', 'check'],
        tags: { script, environment: ENVIRONMENT, region: REGION || 'any' },
    };
}

/**
 * What k6 hands to `handleSummary`, as files of the report folder. Requests are counted over all `phases`; latency is that
 * of the first.
 */
export function files(
    script,
    gates,
    data,
    { slices = 0, sliceSeconds = 0, seconds, more = {}, charts = [], phases = ['measured'] } = {},
) {
    const summary = summarised(script, gates, data, { seconds, more, phases });
    const overTime = ['get', 'put'].map((operation) => ({
        operation,
        points: parts(slices)
            .map((slice) => ({ at: slice * sliceSeconds, ...valuesOf(data, sliceOf(operation, slice)) }))
            .filter((point) => point.count > 0),
    }));
    return {
        stdout: told(summary),
        [`${REPORT}/${script}.json`]: `${JSON.stringify(summary, null, 2)}\n`,
        [`${REPORT}/${script}.xml`]: junit(summary),
        [`${REPORT}/${script}.html`]: page(summary, { overTime, sliceSeconds, charts }),
    };
}

function summarised(script, gates, data, { seconds, more, phases }) {
    const all = judged(gates, data.metrics);
    const total = (metric, tag, key) =>
        phases.reduce((sum, phase) => sum + (valuesOf(data, `${metric}{${tag}:${phase}}`)[key] || 0), 0);
    const requests = total('http_reqs', 'phase', 'count');
    const failed = total('http_req_failed', 'phase', 'passes');
    const ran = seconds === undefined ? data.state.testRunDurationMs / 1000 : seconds;
    return {
        script,
        environment: ENVIRONMENT,
        base_url: BASE_URL,
        ...(REGION === undefined ? {} : { region: REGION }),
        ended_at: new Date().toISOString(),
        valid: all.every((one) => one.passed || !one.validity),
        passed: all.every((one) => one.passed),
        gates: all.map(({ name, limit, measured, passed }) => ({ name, limit, measured, passed })),
        requests,
        failed_requests: failed,
        dropped_iterations: total('dropped_iterations', 'scenario', 'count'),
        latency_ms: Object.fromEntries(OPERATIONS.map((operation) => [operation, quantiles(data, operation, phases[0])])),
        requests_per_second: ran > 0 ? Number((requests / ran).toFixed(2)) : 0,
        checks: checksOf(data.root_group),
        ...more,
    };
}

function quantiles(data, operation, phase) {
    const values = valuesOf(data, duration(operation, phase));
    const rounded = (name) => (values.count > 0 ? Number(values[name].toFixed(3)) : null);
    return { p50: rounded('med'), p90: rounded('p(90)'), p95: rounded('p(95)'), p99: rounded('p(99)'), max: rounded('max') };
}

function checksOf(group) {
    return group.checks.map(({ name, passes, fails }) => ({ name, passes, fails }));
}

function told(summary) {
    const verdict = summary.valid ? (summary.passed ? 'passed' : 'FAILED') : 'INVALID';
    const width = Math.max(...summary.gates.map((gate) => gate.name.length));
    const lines = summary.gates.map(
        (gate) => `  ${gate.passed ? 'ok    ' : 'FAILED'} ${gate.name.padEnd(width)}  ${gate.measured}; ${gate.limit}`,
    );
    const totals =
        `${summary.requests} requests, ${summary.failed_requests} failed, ` +
        `${summary.requests_per_second} a second, ${summary.dropped_iterations} dropped`;
    return `\n${summary.script} at ${summary.base_url}: ${verdict}\n${lines.join('\n')}\n  ${totals}\n  report: ${REPORT}/${summary.script}.html\n\n`;
}

function parts(slices) {
    return Array.from({ length: slices }, (_, index) => index);
}

function sliceOf(operation, slice) {
    return `latency_over_time{operation:${operation},slice:${slice}}`;
}

function valuesOf(data, metric) {
    return (data.metrics[metric] && data.metrics[metric].values) || {};
}
