// Reads what `/metrics` says: Prometheus' text format, as much of it as plain samples need.

/** The samples of a page: [{ name, labels, value }]. A line that is none is an error, never passed over. */
export function parse(page) {
    const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return lines.map(sample);
}

/** The sum of a metric over all its labels, or undefined where it is not told. */
export function sum(samples, name) {
    const found = samples.filter((one) => one.name === name);
    return found.length === 0 ? undefined : found.reduce((total, one) => total + one.value, 0);
}

function sample(line) {
    const parts = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)(?: -?[0-9]+)?$/.exec(line);
    if (parts === null) {
        throw new Error(`no sample of Prometheus' text format: ${line}`);
    }
    return { name: parts[1], labels: labels(parts[2] || '', line), value: number(parts[3], line) };
}

function labels(inside, line) {
    const found = {};
    let rest = inside;
    while (rest !== '') {
        const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)/.exec(rest);
        if (pair === null) {
            throw new Error(`labels that cannot be read: ${line}`);
        }
        found[pair[1]] = pair[2].replace(/\\(.)/g, (_, one) => (one === 'n' ? '\n' : one));
        rest = rest.slice(pair[0].length);
    }
    return found;
}

function number(text, line) {
    const special = { '+Inf': Infinity, '-Inf': -Infinity, NaN };
    const value = text in special ? special[text] : Number(text);
    if (text === '' || (Number.isNaN(value) && text !== 'NaN')) {
        throw new Error(`no number: ${line}`);
    }
    return value;
}
