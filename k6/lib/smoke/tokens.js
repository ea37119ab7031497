// Sync tokens: what was seen is not unseen, here and in another region.

import { header } from '../client.js';
import { differs, hold } from '../promises.js';
import { address, count } from '../settings.js';
import { make, regionOf, versionOf } from '../sync_token.js';
import { allowed } from './birthdays.js';
import { askFor, judgeGreeting, judgeUser, person, put } from './visit.js';

/** Another region's address: what is written there is read here, at once. */
export const PEER_URL = address('PEER_URL');
// A read that beats replication is answered by the other region, and counts against this one's freshness: where nobody
// else asks, as in a region that has been drained, a few dozen of them would wake somebody.
const PEER_ROUNDS = count('PEER_ROUNDS', 4);
const BORN = '1990-06-15';

export function tokens() {
    const name = person('Token');
    const first = tokenOf(put(name, BORN));
    judgeGreeting('GET with the token of a write', askFor('GET', name, { token: first }), allowed(name, BORN));
    const second = tokenOf(put(name, '1990-06-16', { token: first }));
    newer('an overwrite with its token', second, first);
    refused(name, second);
    ahead(person('Ahead'), second);
}

function refused(name, token) {
    const other = person('Other');
    const invalid = { status: 400, code: 'sync_token_invalid' };
    const future = make(name, (Date.now() + 86400000) * 1000, regionOf(token) || 'eu');
    const fromTheFuture = { status: 400, code: 'sync_token_from_the_future' };
    for (const [method, body] of [['GET', null], ['PUT', `{"dateOfBirth":"${BORN}"}`], ['DELETE', null]]) {
        judgeToken(`${method} with no token but a word`, askFor(method, name, { token: 'x', body }), invalid);
        judgeToken(`${method} with the token of another user`, askFor(method, other, { token, body }), invalid);
        judgeToken(`${method} with a token from the future`, askFor(method, name, { token: future, body }), fromTheFuture);
    }
    const kept = askFor('GET', name, { token });
    judgeGreeting('GET after refused writes', kept, allowed(name, '1990-06-16'));
}

// A token two seconds ahead is within what clocks may differ by: a write must pass it, and a read that cannot know so
// much must say so instead of answering with less.
function ahead(name, like) {
    const version = (Date.now() + 2000) * 1000;
    const token = make(name, version, regionOf(like) || 'eu');
    put(name, BORN);
    const unknown = askFor('GET', name, { token, expected: [503] });
    judgeToken('GET with more than anybody has seen', unknown, { status: 503, code: 'sync_unavailable' });
    const written = put(name, '1990-06-17', { token });
    judgeUser('PUT with a token ahead of the clock', written, { status: 204 });
    newer('a write with a token ahead of the clock', tokenOf(written), token);
    judgeGreeting('GET with the token of that write', askFor('GET', name, { token: tokenOf(written) }), allowed(name, '1990-06-17'));
    const deleted = askFor('DELETE', name, { token: tokenOf(written) });
    newer('a deletion with the token of that write', tokenOf(deleted), tokenOf(written));
    judgeUser('GET after that deletion', askFor('GET', name, { token: tokenOf(deleted) }), { status: 404, code: 'user_unknown' });
}

/** Writes at the peer, reads here at once; without the token some of these reads would be stale. */
export function peer() {
    const name = person('Peer');
    let token;
    for (let round = 0; round < PEER_ROUNDS; round += 1) {
        const born = `19${String(round % 100).padStart(2, '0')}-0${1 + (round % 9)}-1${round % 10}`;
        const remove = round % 4 === 3;
        const written = remove ? askFor('DELETE', name, { base: PEER_URL, token }) : put(name, born, { base: PEER_URL, token });
        hold('peer', 'a write at the peer', differs('status', 204, written.status));
        token = tokenOf(written);
        const read = askFor('GET', name, { token });
        const words = remove ? [] : allowed(name, born);
        const said = read.status === 200 ? (JSON.parse(read.body) || {}).message : undefined;
        const right = remove ? read.status === 404 : words.includes(said);
        hold('peer', 'a read here of what the peer was told just now', [
            ...(right ? [] : [`round ${round}: ${read.status} ${read.body}, after ${remove ? 'DELETE' : `PUT of ${born}`}`]),
            ...(versionOf(tokenOf(read)) >= versionOf(token) ? [] : ['its version is older than the token']),
        ]);
    }
}

function judgeToken(what, answer, expected) {
    hold('token', what, differs('status', expected.status, answer.status));
    judgeUser(what, answer, expected);
}

function newer(what, token, than) {
    const [is, was] = [versionOf(token), versionOf(than)];
    hold('token', `${what} is newer`, is > was ? [] : [`its version is ${is}, after ${was}`]);
}

function tokenOf(answer) {
    return header(answer, 'Sync-Token');
}
