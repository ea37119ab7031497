// The pages, the document and the probes.

import { ask, header } from '../client.js';
import { parsed } from '../json.js';
import { differs, hold } from '../promises.js';
import { judge, readDocument } from './visit.js';

export function pages() {
    readDocument();
    line();
    page();
    docs();
    probes();
    requestIds();
    wrongTurns();
}

function line() {
    const answer = ask('GET', '/');
    judge('GET /', answer, { status: 200, documented: '/' });
    hold('pages', 'GET / is a line for programs', [
        ...differs('the body', 'Hello, world!', answer.body),
        ...differs('Content-Type', 'text/plain; charset=utf-8', header(answer, 'Content-Type')),
        ...differs('Vary', 'Accept', header(answer, 'Vary')),
    ]);
    const head = ask('HEAD', '/');
    judge('HEAD /', head, { status: 200, documented: '/' });
    hold('pages', 'HEAD / is GET / without its body', [
        ...differs('the body', '', head.body || ''),
        ...differs('Content-Length', String(answer.body.length), header(head, 'Content-Length')),
    ]);
}

function page() {
    const answer = ask('GET', '/', { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    judge('GET / of a browser', answer, { status: 200, documented: '/' });
    hold('pages', 'GET / is a page for browsers', [
        ...differs('Content-Type', 'text/html; charset=utf-8', header(answer, 'Content-Type')),
        ...differs('Vary', 'Accept', header(answer, 'Vary')),
        ...(/^<!doctype html>/i.test(answer.body || '') ? [] : ['it does not begin as HTML does']),
    ]);
}

function docs() {
    const redirect = ask('GET', '/docs');
    judge('GET /docs', redirect, { status: 308 });
    hold('pages', 'GET /docs leads to /docs/', differs('Location', '/docs/', header(redirect, 'Location')));
    const answer = ask('GET', '/docs/');
    judge('GET /docs/', answer, { status: 200 });
    const script = ask('GET', '/docs/swagger-initializer.js');
    hold('pages', 'GET /docs/ is Swagger UI for our document', [
        ...(/^text\/html/.test(header(answer, 'Content-Type') || '') ? [] : ['it is no HTML']),
        ...((script.body || '').includes('/openapi.json') ? [] : ['it does not read /openapi.json']),
    ]);
    judge('HEAD /openapi.json', ask('HEAD', '/openapi.json'), { status: 200 });
}

function probes() {
    const live = ask('GET', '/livez');
    judge('GET /livez', live, { status: 200, documented: '/livez' });
    hold('pages', 'GET /livez says alive', differs('status', 'alive', (parsed(live.body) || {}).status));
    const ready = ask('GET', '/readyz');
    judge('GET /readyz', ready, { status: 200, documented: '/readyz' });
    const { status, checks = {} } = parsed(ready.body) || {};
    hold('pages', 'GET /readyz says ready, and each check by name', [
        ...differs('status', 'ready', status),
        ...differs('checks.store', 'ok', checks.store),
        ...differs('checks.traffic', 'ok', checks.traffic),
    ]);
    judge('HEAD /readyz', ask('HEAD', '/readyz'), { status: 200, documented: '/readyz' });
}

function requestIds() {
    const own = 'smoke-of-k6/1:2';
    const echoed = ask('GET', '/livez', { headers: { 'X-Request-Id': own } });
    judge('a request with an id of its own', echoed, { status: 200, requestId: own });
    const long = 'x'.repeat(129);
    const replaced = ask('GET', '/livez', { headers: { 'X-Request-Id': long } });
    const kept = header(replaced, 'X-Request-Id') === long;
    hold('head', 'an id longer than 128 characters is replaced', kept ? ['it was echoed'] : []);
    const failed = ask('GET', '/nothing', { headers: { 'X-Request-Id': own } });
    judge('a failure with an id of its own', failed, { status: 404, code: 'route_unknown', requestId: own });
}

function wrongTurns() {
    for (const path of ['/nothing', '/hello', '/hello/', '/hello/a/b', '/docs/nothing']) {
        const answer = ask('GET', path);
        // `/hello/` is not a user's path, and no promise is made of its caching.
        judge(`GET ${path}`, { ...answer, path: '' }, { status: 404, code: 'route_unknown' });
    }
    for (const [method, path] of [['POST', '/'], ['PUT', '/livez'], ['DELETE', '/openapi.json'], ['PATCH', '/docs']]) {
        const answer = ask(method, path);
        judge(`${method} ${path}`, answer, { status: 405, code: 'method_not_allowed' });
        hold('head', `${method} ${path}: Allow`, differs('Allow', 'GET, HEAD', header(answer, 'Allow')));
    }
}
