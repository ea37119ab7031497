// Birthdays: stored, greeted by the right day, forgotten.

import { dayAt, format, greetings, isBefore, parse, plusDays } from '../calendar.js';
import { header } from '../client.js';
import { differs, hold } from '../promises.js';
import { LEAP_DAY } from '../settings.js';
import { versionOf } from '../sync_token.js';
import { askFor, judgeGreeting, judgeUser, person, put } from './visit.js';

export function birthdays() {
    oneLife();
    days();
    zones();
    names();
}

/** The greetings that a person may be given now. */
export function allowed(name, born, hoursAhead = 0) {
    return greetings(name, parse(born), Date.now(), { leapDay: LEAP_DAY, hoursAhead });
}

function oneLife() {
    const name = person('Life');
    const unknown = askFor('GET', name);
    judgeUser('GET of who is not known', unknown, { status: 404, code: 'user_unknown' });
    judgeUser('HEAD of who is not known', askFor('HEAD', name), { status: 404, code: 'user_unknown' });
    const created = put(name, '1815-12-10');
    judgeUser('PUT that creates', created, { status: 204 });
    hold('token', 'a PUT gives a token', versionOf(header(created, 'Sync-Token')) === undefined ? ['it gives none'] : []);
    const greeted = askFor('GET', name);
    judgeGreeting('GET after PUT', greeted, allowed(name, '1815-12-10'));
    const head = askFor('HEAD', name);
    judgeUser('HEAD of who is known', head, { status: 200 });
    hold('pages', 'HEAD of a user is GET without its body', [
        ...differs('the body', '', head.body || ''),
        ...differs('Content-Type', header(greeted, 'Content-Type'), header(head, 'Content-Type')),
        ...differs('Content-Length', header(greeted, 'Content-Length'), header(head, 'Content-Length')),
    ]);
    judgeUser('PUT that changes', put(name, '1906-12-09'), { status: 204 });
    judgeGreeting('GET after a change', askFor('GET', name), allowed(name, '1906-12-09'));
    const deleted = askFor('DELETE', name);
    judgeUser('DELETE', deleted, { status: 204 });
    const gone = askFor('GET', name);
    judgeUser('GET after DELETE', gone, { status: 404, code: 'user_unknown' });
    hold('token', 'a 404 names the deletion', differs('its version', versionOf(header(deleted, 'Sync-Token')), versionOf(header(gone, 'Sync-Token'))));
    judgeUser('DELETE of who is not there', askFor('DELETE', name), { status: 204 });
}

function days() {
    const name = person('Days');
    const today = dayAt(Date.now());
    const near = [-2, -1, 1, 2].map((days) => format({ ...plusDays(today, days), year: 1988 }));
    const cases = [`1988-${format(today).slice(5)}`, ...near, '2000-02-29', '2004-02-28', '2003-03-01', '1999-12-31', '2001-01-01', '0001-01-01'];
    for (const born of cases) {
        judgeUser(`PUT of ${born}`, put(name, born), { status: 204 });
        judgeGreeting(`GET of who was born on ${born}`, askFor('GET', name), allowed(name, born));
    }
}

// None of these has daylight saving, so the hours are all that need be known of them.
const ZONES = [['Pacific/Kiritimati', 14], ['Pacific/Pago_Pago', -11], ['Asia/Tokyo', 9], ['Etc/GMT+5', -5], ['UTC', 0]];

function zones() {
    const name = person('Zone');
    const today = dayAt(Date.now());
    for (const born of ['1988-02-29', `1988-${format(today).slice(5)}`, format({ ...plusDays(today, 1), year: 1988 })]) {
        judgeUser(`PUT for zones of ${born}`, put(name, born), { status: 204 });
        for (const [zone, hours] of ZONES) {
            const query = `?tz=${zone}`;
            judgeGreeting(`GET of ${born} in ${zone}`, askFor('GET', name, { query }), allowed(name, born, hours));
        }
    }
    for (const [zone, hours] of ZONES) {
        bornToday(zone, hours);
    }
    for (const query of ['?tz=Mars/Olympus', '?tz=', '?tz=UTC&tz=UTC']) {
        judgeUser(`GET with ${query}`, askFor('GET', name, { query }), { status: 400, code: 'time_zone_unknown' });
    }
}

// Today in UTC is a day before today where it is tomorrow already, and refused elsewhere.
function bornToday(zone, hours) {
    const now = Date.now();
    const born = dayAt(now);
    const past = [-5000, 5000].map((skew) => isBefore(born, dayAt(now + skew, hours)));
    if (past[0] !== past[1]) {
        return;
    }
    const answer = put(person('Today'), format(born), { query: `?tz=${zone}` });
    const expected = past[0] ? { status: 204 } : { status: 400, code: 'date_of_birth_invalid' };
    judgeUser(`PUT of today in UTC, in ${zone}`, answer, expected);
}

function names() {
    const born = '1990-06-15';
    for (const suffix of ['Zoë', 'Łukasz', '李小龍', 'Иван', 'محمد']) {
        const name = person(suffix);
        judgeUser(`PUT of ${suffix}`, put(name, born), { status: 204 });
        judgeGreeting(`GET of ${suffix}`, askFor('GET', name), allowed(name.normalize('NFC'), born));
    }
    const composed = person('É');
    put(composed, born);
    judgeGreeting('GET by the same name in two code points', askFor('GET', composed.normalize('NFD')), allowed(composed, born));
    judgeUser('GET by the name in another case', askFor('GET', composed.toLowerCase()), { status: 404, code: 'user_unknown' });
}
