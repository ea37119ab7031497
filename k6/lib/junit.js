// JUnit XML, as CI systems read it: a case for each gate.

/** The summary as a suite. Each gate that was not passed is a failure. */
export function junit(summary) {
    const cases = summary.gates.map((gate) => {
        const inside = gate.passed
            ? ''
            : `<failure message="${escaped(`${gate.measured}; allowed: ${gate.limit}`)}"></failure>`;
        return `  <testcase classname="k6.${escaped(summary.script)}" name="${escaped(gate.name)}">${inside}</testcase>`;
    });
    const failures = summary.gates.filter((gate) => !gate.passed).length;
    const head = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0" timestamp="${escaped(summary.ended_at)}"`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="k6 ${escaped(summary.script)}" ${head}>\n${cases.join('\n')}\n</testsuite>\n`;
}

/** A text as XML and HTML want it. Control characters have no place in XML at all. */
export function escaped(text) {
    return String(text)
        .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd')
        .replace(/&/g, '&amp;')
        .replace(/</g, '&lt;')
        .replace(/>/g, '&gt;')
        .replace(/"/g, '&quot;');
}
