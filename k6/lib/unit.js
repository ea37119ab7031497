// Tests of what the scripts stand on: `scripts/k6 run k6/lib/unit.js` ends with 0 if all hold.

import { check } from 'k6';
import { Counter } from 'k6/metrics';

import { dayAt, daysUntil, format, greeting, greetings, isBefore, isLeapYear, parse, plusDays } from './calendar.js';
import { parse as readPage, sum } from './exposition.js';
import { escaped, junit } from './junit.js';
import { share } from './objectives.js';
import { departures } from './openapi.js';
import { generator, hash, letters } from './random.js';
import { faults } from './schema.js';
import { secondsOf } from './settings.js';
import { asBytes, crc32, make, regionOf, versionOf } from './sync_token.js';
import { probabilities, zipf } from './zipf.js';

const ran = new Counter('tests');
const broken = new Counter('broken_tests');

export const options = { thresholds: { tests: ['count>=60'], broken_tests: ['count==0'] } };

/** What it is, what comes out, what must come out. */
function equal(what, found, expected) {
    const [is, must] = [JSON.stringify(found), JSON.stringify(expected)];
    ran.add(1);
    if (!check(null, { [what]: () => is === must })) {
        broken.add(1);
        console.error(`${what}: ${is}, not ${must}`);
    }
}

function throws(what, action) {
    let threw = false;
    try {
        action();
    } catch (_) {
        threw = true;
    }
    equal(what, threw, true);
}

export default function () {
    calendar();
    tokens();
    schemas();
    documents();
    pages();
    samples();
    texts();
}

function calendar() {
    // Born, today, days with feb28, days with mar1; counted on a calendar.
    const cases = [
        ['2000-02-29', '2023-02-27', 1, 2],
        ['2000-02-29', '2023-02-28', 0, 1],
        ['2000-02-29', '2023-03-01', 365, 0],
        ['2000-02-29', '2023-03-02', 364, 364],
        ['2000-02-29', '2024-02-28', 1, 1],
        ['2000-02-29', '2024-02-29', 0, 0],
        ['2000-02-29', '2024-03-01', 364, 365],
        ['2000-02-29', '2100-02-28', 0, 1],
        ['2000-02-28', '2024-02-29', 365, 365],
        ['2000-03-01', '2024-02-28', 2, 2],
        ['2000-03-01', '2023-02-28', 1, 1],
        ['1999-12-31', '2023-01-01', 364, 364],
        ['1999-12-31', '2024-01-01', 365, 365],
        ['1999-01-01', '2023-12-31', 1, 1],
        ['0001-01-01', '2026-01-01', 0, 0],
    ];
    for (const [born, today, feb28, mar1] of cases) {
        equal(`${born} on ${today}, feb28`, daysUntil(parse(born), parse(today), 'feb28'), feb28);
        equal(`${born} on ${today}, mar1`, daysUntil(parse(born), parse(today), 'mar1'), mar1);
    }
    equal('leap years', [1900, 2000, 2023, 2024, 2100].map(isLeapYear), [false, true, false, true, false]);
    equal('a year below 100', format(plusDays(parse('0001-01-01'), 1)), '0001-01-02');
    equal('a day in UTC', dayAt(0), { year: 1970, month: 1, day: 1 });
    equal('a day ahead of UTC', dayAt(11 * 3600000, 14), { year: 1970, month: 1, day: 2 });
    equal('a day behind UTC', dayAt(10 * 3600000, -11), { year: 1969, month: 12, day: 31 });
    equal('before', [isBefore(parse('1999-12-31'), parse('2000-01-01')), isBefore(parse('2000-01-01'), parse('2000-01-01'))], [true, false]);
    equal('one day', greeting('Ada', parse('1815-12-10'), parse('2023-12-09'), 'feb28'), 'Hello, Ada! Your birthday is in 1 day(s)');
    equal('the day', greeting('Ada', parse('1815-12-10'), parse('2023-12-10'), 'feb28'), 'Hello, Ada! Happy birthday!');
    const midnight = Date.UTC(2023, 11, 10);
    equal('about midnight', greetings('A', parse('1815-12-10'), midnight, { leapDay: 'feb28' }).length, 2);
    equal('at noon', greetings('A', parse('1815-12-10'), midnight + 43200000, { leapDay: 'feb28' }).length, 1);
}

function tokens() {
    equal('CRC-32 of the check text', crc32(asBytes('123456789')), 0xcbf43926);
    const token = make('Ada', 1700000000000000, 'eu-1');
    equal('a token reads back', [versionOf(token), regionOf(token)], [1700000000000000, 'eu-1']);
    equal('no token', [versionOf('x'), versionOf(''), versionOf('AAAA')], [undefined, undefined, undefined]);
}

const SCHEMA = {
    type: 'object',
    required: ['status', 'title'],
    properties: {
        status: { type: 'integer', format: 'int32', minimum: 400, maximum: 599 },
        title: { type: 'string', description: 'said' },
        born: { type: ['string', 'null'], format: 'date' },
        inner: { $ref: '#/components/schemas/Inner' },
    },
};
const DOCUMENT = {
    paths: {
        '/a': {
            get: {
                responses: {
                    200: { headers: { 'Sync-Token': {} }, content: { 'application/json': { schema: SCHEMA } } },
                    204: {},
                    404: { $ref: '#/components/responses/Gone' },
                },
            },
        },
    },
    components: {
        schemas: { Inner: { type: 'boolean' } },
        responses: { Gone: { content: { 'text/plain': { schema: { type: 'string' } } } } },
    },
};

function schemas() {
    const count = (value, schema = SCHEMA) => faults(value, schema, DOCUMENT).length;
    const good = { status: 404, title: 'x' };
    equal('a value that fits', faults({ ...good, born: '2000-02-29', inner: true, more: 1 }, SCHEMA, DOCUMENT), []);
    equal('null where it may be', count({ ...good, born: null }), 0);
    equal('a missing field', count({ status: 404 }), 1);
    equal('a wrong type', count({ ...good, title: 1 }), 1);
    equal('no integer', count({ ...good, status: 404.5 }), 1);
    equal('below', count({ ...good, status: 399 }), 1);
    equal('above', count({ ...good, status: 600 }), 1);
    equal('no date', count({ ...good, born: '2001-02-29' }), 1);
    equal('a wrong type behind a reference', count({ ...good, inner: 'yes' }), 1);
    equal('no object', [count([]), count(null), count('x')], [1, 1, 1]);
    equal('too large for int32', count({ ...good, status: 4294967296 }), 2);
    equal('an unknown keyword', faults('x', { type: 'string', pattern: 'y' }, DOCUMENT).length, 1);
    equal('an unknown format', faults('x', { type: 'string', format: 'uuid' }, DOCUMENT).length, 1);
    equal('an unknown type', faults('x', { type: ['string', 'text'] }, DOCUMENT).length, 1);
    throws('a reference to nowhere', () => faults('x', { $ref: '#/components/schemas/None' }, DOCUMENT));
}

function documents() {
    const answer = (status, headers, body) => ({ status, headers, body });
    const json = { 'Content-Type': 'application/json', 'sync-token': 't' };
    const count = (...told) => departures(DOCUMENT, '/a', 'GET', answer(...told)).length;
    equal('as documented', count(200, json, '{"status":404,"title":""}'), 0);
    equal('a status that is not documented', count(201, json, '{}'), 1);
    equal('a missing header', count(200, { 'Content-Type': 'application/json' }, '{"status":404,"title":""}'), 1);
    equal('another content type', count(200, { ...json, 'Content-Type': 'text/plain' }, 'x'), 1);
    equal('a body that is no JSON', count(200, json, '{'), 1);
    equal('a body where none is documented', count(204, {}, 'x'), 1);
    equal('a response behind a reference', count(404, { 'Content-Type': 'text/plain; charset=utf-8' }, 'x'), 0);
    equal('HEAD has no body', departures(DOCUMENT, '/a', 'HEAD', answer(200, json, '')), []);
    equal('a path that is not documented', departures(DOCUMENT, '/b', 'GET', answer(200, json, '')).length, 1);
}

function pages() {
    const page = '# HELP a b\n# TYPE a gauge\na 1\na{x="y"} 2.5\nb{x="\\"q\\\\,}\\n",z=""} +Inf\nc 1e3 1700000000000\n';
    const read = readPage(page);
    equal('samples', read.map(({ name, value }) => [name, value === Infinity ? 'inf' : value]), [['a', 1], ['a', 2.5], ['b', 'inf'], ['c', 1000]]);
    equal('labels', read[2].labels, { x: '"q\\,}\n', z: '' });
    equal('a sum over labels', sum(read, 'a'), 3.5);
    equal('a metric that is not told', sum(read, 'd'), undefined);
    throws('a line that is no sample', () => readPage('a\n'));
    throws('a value that is no number', () => readPage('a x\n'));
    throws('labels without quotes', () => readPage('a{x=y} 1\n'));
}

function samples() {
    // Four thousand draws: the share of each rank may be off by five standard deviations.
    const DRAWS = 4000;
    for (const [users, exponent] of [[10, 1], [1000, 1], [50, 0.8], [50, 1.5], [1, 1]]) {
        const draw = zipf(users, exponent);
        const counts = new Array(users + 1).fill(0);
        for (let index = 0; index < DRAWS; index += 1) {
            counts[draw(generator(7, index))] += 1;
        }
        const off = probabilities(users, exponent)
            .map((share, index) => Math.abs(counts[index + 1] - share * DRAWS) / Math.sqrt(share * DRAWS + 1))
            .filter((deviations) => deviations > 5);
        equal(`Zipf of ${users} users, exponent ${exponent}: ranks that are off`, off.length, 0);
    }
    const first = (seed, index) => generator(seed, index)();
    equal('the same again', first(1, 2), first(1, 2));
    equal('another seed', first(1, 2) === first(2, 2), false);
    equal('another iteration', first(1, 2) === first(1, 3), false);
    const mean = Array.from({ length: DRAWS }, (_, index) => first(3, index)).reduce((total, one) => total + one, 0) / DRAWS;
    equal('first numbers of iterations are spread evenly', Math.abs(mean - 0.5) < 0.03, true);
    equal('hashes differ by a letter', hash('Ka') === hash('Kb'), false);
    equal('letters', [0, 25, 26, 702].map(letters), ['a', 'z', 'ba', 'bba']);
}

function texts() {
    equal('durations', ['90s', '1h30m', '500ms', '1.5m'].map(secondsOf), [90, 5400, 0.5, 90]);
    throws('no duration', () => secondsOf('90'));
    throws('half a duration', () => secondsOf('90sx'));
    equal('a budget', share({ target_percent: 99.95 }), 0.0005);
    equal('what XML wants', escaped('<a b="c">&\u0001'), '&lt;a b=&quot;c&quot;&gt;&amp;\ufffd');
    const gates = [{ name: 'a', limit: '<1', measured: '2', passed: false }, { name: 'b', limit: '', measured: '', passed: true }];
    const xml = junit({ script: 's', ended_at: 'now', gates });
    equal('JUnit counts', /tests="2" failures="1"/.test(xml), true);
    equal('JUnit tells why', xml.includes('<failure message="2; allowed: &lt;1">'), true);
}
