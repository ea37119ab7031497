// What is refused, and how it is told.

import { dayAt, format, plusDays } from '../calendar.js';
import { ask, header, hello } from '../client.js';
import { differs, hold } from '../promises.js';
import { askFor, judge, judgeUser, person, put } from './visit.js';

const LARGEST_BODY = 1024;

export function refusals() {
    const name = person('Refused');
    usernames();
    dates(name);
    bodies(name);
    methods(name);
    judgeUser('GET after nothing but refusals', askFor('GET', name), { status: 404, code: 'user_unknown' });
    accepted(person('Accepted'));
}

function usernames() {
    for (const name of ['ada1', 'ada lovelace', 'a-b', 'x'.repeat(65), '%', 'ada.']) {
        judgeUser(`GET of "${name}"`, askFor('GET', name), { status: 400, code: 'username_invalid' });
    }
    judgeUser('PUT of "ada1"', put('ada1', '1990-06-15'), { status: 400, code: 'username_invalid' });
    judgeUser('DELETE of "ada1"', askFor('DELETE', 'ada1'), { status: 400, code: 'username_invalid' });
    const longest = 'x'.repeat(64);
    const answer = askFor('GET', longest);
    hold('status', 'GET of 64 letters', [200, 404].includes(answer.status) ? [] : [`it says ${answer.status}`]);
}

function dates(name) {
    const today = dayAt(Date.now());
    const cases = ['2021-02-29', '1900-02-29', '2020-04-31', '2020-13-01', '2020-00-10', '0000-12-31', '1990-6-15', '15-06-1990'];
    cases.push('1990-06-15T00:00:00Z', ' 1990-06-15', '', format(plusDays(today, 2)));
    for (const born of cases) {
        judgeUser(`PUT of "${born}"`, put(name, born), { status: 400, code: 'date_of_birth_invalid' });
    }
}

function bodies(name) {
    const good = '{"dateOfBirth":"1990-06-15"}';
    const cases = ['', '{', 'null', '[]', '{}', `${good}x`, `${good} {}`, '{"dateOfBirth":19900615}', '{"dateOfBirth":null}'];
    cases.push('{"dateOfBirth":"1990-06-15","dateOfBirth":"1990-06-15"}', '{"dateofbirth":"1990-06-15"}');
    for (const body of cases) {
        judgeUser(`PUT with the body ${body || '(none)'}`, askFor('PUT', name, { body }), { status: 400, code: 'body_invalid' });
    }
    const large = askFor('PUT', name, { body: good.padEnd(LARGEST_BODY + 1) });
    judgeUser('PUT with 1025 bytes', large, { status: 413, code: 'body_too_large' });
}

function methods(name) {
    for (const method of ['POST', 'PATCH']) {
        const answer = ask(method, hello(name));
        judge(`${method} of a user`, answer, { status: 405, code: 'method_not_allowed' });
        hold('head', `${method} of a user: Allow`, differs('Allow', 'GET, HEAD, PUT, DELETE', header(answer, 'Allow')));
    }
}

// What looks wrong and is not.
function accepted(name) {
    const good = '{"dateOfBirth":"1990-06-15"}';
    const cases = [
        ['1024 bytes', good.padEnd(LARGEST_BODY), 'application/json'],
        ['a field more', '{"a":[1],"dateOfBirth":"1990-06-15"}', 'application/json'],
        ['another content type', good, 'text/plain'],
    ];
    for (const [what, body, type] of cases) {
        const answer = askFor('PUT', name, { body, headers: { 'Content-Type': type } });
        judgeUser(`PUT with ${what}`, answer, { status: 204 });
    }
}
