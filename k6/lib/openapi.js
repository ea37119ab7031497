// Holds an answer against the OpenAPI document that the instance serves itself.

import { header } from './client.js';
import { parsed } from './json.js';
import { faults, resolve } from './schema.js';

/** What an answer to `method` on the documented `path` (its template) has that the document does not say, and lacks. */
export function departures(document, path, method, answer) {
    const operations = document.paths[path];
    // HEAD works where GET does, and is not told by itself.
    const operation = operations && operations[method === 'HEAD' ? 'get' : method.toLowerCase()];
    if (operation === undefined) {
        return [`${method} ${path} is not documented`];
    }
    const told = operation.responses[String(answer.status)];
    if (told === undefined) {
        return [`status ${answer.status} of ${method} ${path} is not documented`];
    }
    const response = told.$ref === undefined ? told : resolve(document, told.$ref);
    const missing = Object.keys(response.headers || {}).filter((name) => header(answer, name) === undefined);
    return [
        ...missing.map((name) => `the header ${name} is missing`),
        ...(method === 'HEAD' ? [] : departuresOfBody(document, response.content, answer)),
    ];
}

/** What is wrong with a body that must be a problem, also where the path is documented nowhere. */
export function departuresOfProblem(document, answer) {
    return departuresOfBody(document, resolve(document, '#/components/responses/ProblemResponse').content, answer);
}

function departuresOfBody(document, content, answer) {
    if (content === undefined) {
        return answer.body ? [`a body where none is documented: ${answer.body}`] : [];
    }
    const type = (header(answer, 'Content-Type') || '').split(';')[0].trim();
    if (!(type in content)) {
        return [`the content type "${type}" is not documented; these are: ${Object.keys(content).join(', ')}`];
    }
    const schema = content[type].schema;
    if (schema === undefined) {
        return [];
    }
    const value = type.endsWith('json') ? parsed(answer.body) : answer.body;
    return value === undefined ? [`the body is no JSON: ${answer.body}`] : faults(value, schema, document);
}
