// Does this instance keep every promise, each once? It forgets in the end whom it made.

import { hold, tellInReport } from './lib/promises.js';
import { ask } from './lib/client.js';
import { gate, milliseconds, promises, sound } from './lib/gates.js';
import { files, options as optionsOf } from './lib/report.js';
import { birthdays } from './lib/smoke/birthdays.js';
import { pages } from './lib/smoke/pages.js';
import { refusals } from './lib/smoke/refusals.js';
import { PEER_URL, peer, tokens } from './lib/smoke/tokens.js';
import { PROMISES, forgetAll } from './lib/smoke/visit.js';
import { guarded } from './lib/guarded.js';

const LONGEST_MS = 30000;

tellInReport();

const gates = [
    ...promises({ reachable: 'there is somebody at the address' }),
    ...promises(PROMISES),
    ...(PEER_URL === undefined ? [] : promises({ peer: 'what a peer was told is read here at once' })),
    gate(
        'time',
        `under ${LONGEST_MS / 1000} s`,
        { 'iteration_duration{phase:measured}': [`max<${LONGEST_MS}`, 'min>0'] },
        (values) => milliseconds(values('iteration_duration{phase:measured}').max),
    ),
    sound(),
];

export const options = optionsOf('smoke', gates, {
    visit: {
        executor: 'per-vu-iterations',
        vus: 1,
        iterations: 1,
        maxDuration: '90s',
        tags: { phase: 'measured' },
    },
});

export default function () {
    const answer = ask('GET', '/livez');
    if (!hold('reachable', 'GET /livez is answered', answer.status === 0 ? [answer.error] : [])) {
        return;
    }
    for (const chapter of [pages, birthdays, refusals, tokens, ...(PEER_URL === undefined ? [] : [peer])]) {
        guarded(chapter);
    }
    guarded(forgetAll);
}

export function handleSummary(data) {
    return files('smoke', gates, data);
}
