// One visit of the smoke test: who was made, what the instance says of itself, and how an answer is judged.

import { ask, header, hello } from '../client.js';
import { parsed } from '../json.js';
import { departures, departuresOfProblem } from '../openapi.js';
import { differs, faultsOfHead, faultsOfProblem, hold } from '../promises.js';
import { letters } from '../random.js';
import { BASE_URL } from '../settings.js';

const USER = '/hello/{username}';

/** What a gate can say of the visit. */
export const PROMISES = {
    status: 'statuses are those of the contract',
    greeting: 'greetings are right, word for word',
    token: 'tokens are honoured',
    problem: 'failures are problems (RFC 9457)',
    head: 'every answer has its headers',
    document: 'answers are as the OpenAPI document says',
    pages: 'pages and probes are served',
};

// The visit is unlike any other, so that two at once do not meet.
const mark = letters(Date.now() % 1000000000000);
const made = new Map();

let document = { paths: {}, components: { responses: { ProblemResponse: { content: {} } } } };

/** Reads what the instance documents. All answers are held against it. */
export function readDocument() {
    const answer = ask('GET', '/openapi.json');
    const found = parsed(answer.body);
    const whole = found !== undefined && found !== null && /^3\.1\./.test(found.openapi) && found.paths !== undefined;
    judge('the OpenAPI document', answer, { status: 200 });
    hold('document', 'there is an OpenAPI 3.1 document', whole ? [] : [`/openapi.json says ${answer.status} ${answer.error}`]);
    if (whole) {
        document = found;
    }
}

/** A person of this visit, who will be forgotten at its end. */
export function person(suffix) {
    const name = `Smoke${mark}${suffix}`;
    made.set(name, undefined);
    return name;
}

/** Asks for a person. `token` is sent along; what is written is forgotten in the end, with the newest token. */
export function askFor(method, name, { token, query = '', base = BASE_URL, headers = {}, body = null, expected } = {}) {
    const answer = ask(method, hello(name, query), {
        base,
        body,
        expected,
        headers: { ...headers, ...(token !== undefined && { 'Sync-Token': token }) },
    });
    if (made.has(name) && (method === 'PUT' || method === 'DELETE') && answer.status < 300) {
        made.set(name, header(answer, 'Sync-Token'));
    }
    return answer;
}

/** Stores a birthday. */
export function put(name, dateOfBirth, more = {}) {
    return askFor('PUT', name, { ...more, body: JSON.stringify({ dateOfBirth }) });
}

/**
 * Holds an answer against its status, the headers of every answer, the document, and, where it is a failure, its code.
 */
export function judge(what, answer, { status, code, documented, requestId }) {
    hold('status', what, differs('status', status, answer.status));
    hold('head', `${what}: its headers`, faultsOfHead(answer, requestId));
    if (documented !== undefined) {
        hold('document', `${what}: as documented`, departures(document, documented, answer.method, answer));
    }
    if (status >= 400) {
        const schema = answer.method === 'HEAD' ? [] : departuresOfProblem(document, answer);
        hold('problem', `${what}: a problem`, [...faultsOfProblem(answer, code), ...schema]);
    }
}

/** The same of an answer about a person. */
export function judgeUser(what, answer, expected) {
    judge(what, answer, { documented: USER, ...expected });
}

/** Holds the words of a greeting against those that may come. */
export function judgeGreeting(what, answer, allowed) {
    judgeUser(what, answer, { status: 200 });
    const body = parsed(answer.body);
    const said = body === undefined || body === null ? answer.body : body.message;
    hold('greeting', what, allowed.includes(said) ? [] : differs('it', allowed.join(' or '), said));
}

/** Forgets everybody whom the visit made; twice is as good as once. */
export function forgetAll() {
    for (const [name, token] of made) {
        const answer = askFor('DELETE', name, { token });
        const gone = answer.status === 204 || answer.status === 400;
        hold('status', 'everybody is forgotten in the end', gone ? [] : [`DELETE says ${answer.status}`]);
    }
}
