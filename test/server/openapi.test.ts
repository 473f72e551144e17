import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { STATUS } from '../../protocol/lp1.ts';
import { ask } from '../support/ask.ts';
import { startLive } from '../support/live-server.ts';

interface Media {
  schema: object | boolean;
}
interface Operation {
  responses: Record<string, { $ref?: string; content?: Record<string, Media> }>;
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, object>;
    responses: Record<string, { content: Record<string, Media> }>;
  };
}

const text = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const description = parse(text('docs/openapi.yaml')) as Description;
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'lp1', ...description });

/** Fails if a value does not match its schema in the description. */
function fits(value: unknown, schema: unknown, what: string): void {
  const pointers = JSON.stringify(schema).replaceAll('"#/', '"lp1#/');
  const valid = ajv.compile(JSON.parse(pointers) as object);
  assert.ok(valid(value), `${what}: ${ajv.errorsText(valid.errors)}\n${JSON.stringify(value)}`);
}

/** The media types of a response, by operation and status. */
function contentOf(
  path: string,
  method: string,
  status: number,
): Record<string, Media> | undefined {
  const operation = description.paths[path]?.[method.toLowerCase()];
  const response =
    operation?.responses[String(status)] ?? operation?.responses[`${Math.floor(status / 100)}XX`];
  assert.ok(response, `${method} ${path} does not describe ${status}`);
  const name = response.$ref?.split('/').at(-1);
  return name ? description.components.responses[name]?.content : response.content;
}

const REQUESTS: [method: string, path: string, url: string, status: number, body?: string][] = [
  ['PUT', '/channels/{channel}', '/channels/cpu', 200, '{"label":"CPU","unit":"percent","ttl":5}'],
  ['POST', '/channels/{channel}', '/channels/cpu', 201, '42'],
  [
    'POST',
    '/channels/{channel}',
    '/channels/cpu',
    201,
    '[{"value":1,"labels":{"host":"a"}},{"value":2}]',
  ],
  ['POST', '/channels/{channel}', '/channels/cpu', 400, '[{"value":1,"time":1795188702}]'],
  ['POST', '/publish', '/publish', 201, '{"channels":{"cpu":[{"value":1}],"mem":[{"value":2}]}}'],
  ['POST', '/publish', '/publish', 400, '{"channels":3}'],
  ['GET', '/poll', '/poll?channels=cpu&wait=0', 200],
  ['GET', '/poll', '/poll?channels=cpu,mem&since=1,-2&wait=0', 200],
  ['GET', '/poll', '/poll?channels=cpu&since=99.zz&wait=0', 200],
  ['GET', '/poll', '/poll?channels=cpu&since=x', 400],
  ['GET', '/channels/{channel}', '/channels/cpu?tail=1', 200],
  ['GET', '/channels/{channel}', '/channels/%20', 400],
  ['GET', '/channels', '/channels', 200],
  ['GET', '/channels', '/channels?prefix=c&limit=1', 200],
  ['GET', '/channels', '/channels?limit=0', 400],
  ['GET', '/channels/{channel}/history', '/channels/cpu/history?from=-1h&points=60', 200],
  ['GET', '/channels/{channel}/history', '/channels/cpu/history?format=csv', 200],
  ['GET', '/channels/{channel}/history', '/channels/cpu/history?from=soon', 400],
  ['GET', '/health', '/health', 200],
  ['GET', '/health', '/health?deep', 200],
  ['GET', '/metrics', '/metrics', 200],
  ['GET', '/backup', '/backup', 200],
  ['DELETE', '/channels/{channel}', '/channels/cpu', 204],
  ['GET', '/poll', '/poll?channels=cpu&since=1&wait=0', 200],
];

test('every response of the server matches docs/openapi.yaml', async (t) => {
  const server = await startLive();
  t.after(() => server.close());
  const covered = new Set<string>();
  for (const [method, path, url, status, body] of REQUESTS) {
    const answer = await ask(server.url + url, { method, ...(body !== undefined && { body }) });
    const what = `${method} ${url}`;
    assert.equal(answer.status, status, `${what}: ${answer.text}`);
    covered.add(`${method.toLowerCase()} ${path}`);
    const content = contentOf(path, method, status);
    if (!content) {
      assert.equal(answer.bytes.length, 0, what);
      continue;
    }
    const type = answer.headers['content-type']?.split(';', 1)[0] ?? '';
    const media = content[type];
    assert.ok(media, `${what} is of type ${type}`);
    fits(/[/+]json$/.test(type) ? answer.json : answer.text, media.schema, what);
  }
  const all = Object.entries(description.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((name) => /^(get|put|post|delete)$/.test(name))
      .map((method) => `${method} ${path}`),
  );
  assert.deepEqual(
    all.filter((each) => !covered.has(each)),
    ['get /explore', 'get /kit.js', 'get /kit.css'], // Of the build.
  );
});

test('the examples of docs/protocol.md match docs/openapi.yaml', () => {
  const page = text('docs/protocol.md');
  const blocks = [...page.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) =>
    block.replaceAll(/^ {4}/gm, ''),
  );
  const shown = blocks.flatMap((block) => {
    const json = /\{\s*"[^]*\}/.exec(block)?.[0].replaceAll('…', '0');
    try {
      return json ? [JSON.parse(json) as Record<string, unknown>] : [];
    } catch {
      return []; // Shortened.
    }
  });
  const schemaOf = (example: Record<string, unknown>): string | undefined => {
    if ('code' in example && 'title' in example) return 'Problem';
    if ('now' in example && 'series' in example) return 'History';
    if ('now' in example) return 'Answer';
    return 'first' in example ? 'Appended' : undefined;
  };
  const seen = shown.map((example) => {
    const name = schemaOf(example);
    if (name && name !== 'History')
      fits(example, { $ref: `lp1#/components/schemas/${name}` }, name);
    return name;
  });
  for (const name of ['Answer', 'Appended', 'Problem']) assert.ok(seen.includes(name), name);
});

test('docs/openapi.yaml contains each error code, and no others', () => {
  const { Problem } = description.components.schemas as unknown as {
    Problem: { properties: { code: { enum: string[] } } };
  };
  assert.deepEqual(Problem.properties.code.enum.toSorted(), Object.keys(STATUS).sort());
});

test('each list in docs/openapi.yaml says what it holds', () => {
  const open: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('type' in value && value.type === 'array' && !('items' in value)) open.push(path);
    for (const [name, each] of Object.entries(value)) look(each, `${path}/${name}`);
  };
  look(description, '');
  assert.deepEqual(open, []); // linters and generators of clients reject such a list
});
