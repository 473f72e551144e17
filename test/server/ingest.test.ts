import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { ProtocolError } from '../../server/index.ts';
import { parseChannels, parseNative } from '../../server/ingest/native.ts';
import { ask } from '../support/ask.ts';
import { startLive } from '../support/live-server.ts';

const FORM = 'application/x-www-form-urlencoded';
const options = { maxItems: 1_000, now: 1_795_188_000_000 };

/** The `d` of each item of a body. */
const dataOf = (body: string | Buffer, type = FORM): unknown[] =>
  parseNative(Buffer.from(body), type, options).map(({ json }) => JSON.parse(json) as unknown);

/** The code and the message with which a body is refused. */
function refusal(body: string | Buffer, type = FORM): ProtocolError {
  try {
    parseNative(Buffer.from(body), type, options);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error(`taken: ${String(body)}`);
}

test('the type of a body is detected from its bytes, not from its Content-Type', () => {
  const types = [FORM, 'application/json', 'text/plain', 'application/octet-stream', ''];
  for (const type of types) {
    assert.deepEqual(dataOf('{"value":1}', type), [{ value: 1 }], type);
    assert.deepEqual(dataOf('[1,{"text":"a"}]', type), [{ value: 1 }, { text: 'a' }], type);
    assert.deepEqual(dataOf('42', type), [{ value: 42 }], type);
    assert.deepEqual(dataOf('{"value":1}\n{"value":2}\n', type), [{ value: 1 }, { value: 2 }]);
  }
});

test('numbers are parsed with signs, points and exponents; NaN and the infinities are gaps', () => {
  const numbers: [text: string, value: number | null][] = [
    ...(['0', '-0.5', '+5', '.5', '1.', '1e3', '-1.5E-3'] as const).map(
      (text): [string, number] => [text, Number(text)],
    ),
    [' 42\n', 42],
    ['9007199254740993', 9_007_199_254_740_992],
    ['1e999', null],
    ['NaN', null],
    ['nan', null],
    ['Inf', null],
    ['-Infinity', null],
    ['9'.repeat(400), null],
  ];
  for (const [text, value] of numbers) assert.deepEqual(dataOf(text), [{ value }], text);
  assert.deepEqual(dataOf('1\n2\r\n-3.5'), [{ value: 1 }, { value: 2 }, { value: -3.5 }]);
  assert.deepEqual(dataOf('{"value":1e999}'), [{ value: null }]);
  assert.deepEqual(dataOf('[1e999]'), [{ value: null }]);
});

test('text is kept unchanged, except for the line end that an editor adds', () => {
  assert.deepEqual(dataOf('deploy done'), [{ text: 'deploy done' }]);
  assert.deepEqual(dataOf(' two\nlines \r\n', 'text/plain'), [{ text: ' two\nlines ' }]);
  assert.deepEqual(dataOf('<b>&"\u0000😀', 'text/plain'), [{ text: '<b>&"\u0000😀' }]);
  assert.deepEqual(dataOf('a=b', 'text/plain'), [{ text: 'a=b' }]);
  assert.deepEqual(dataOf('https://x.example/?value=3'), [{ text: 'https://x.example/?value=3' }]);
});

test('in forms, values are numbers where they can be, labels make the key, and a plus is a space', () => {
  assert.deepEqual(dataOf('value=3&unit=ms'), [{ value: 3, unit: 'ms' }]);
  assert.deepEqual(dataOf('value=%2B3.5&text=a+b%2Bc'), [{ value: 3.5, text: 'a b+c' }]);
  assert.deepEqual(dataOf('value=NaN'), [{ value: null }]);
  assert.deepEqual(dataOf('text=42'), [{ text: '42' }]);
  const [item] = parseNative(Buffer.from('value=1&labels.b=2&labels.a=x'), FORM, options);
  assert.deepEqual(item, {
    json: '{"value":1,"labels":{"b":"2","a":"x"}}',
    k: 'a="x",b="2"',
  });
  const [timed] = parseNative(Buffer.from('value=1&time=1795187000000&key=k'), FORM, options);
  assert.deepEqual(timed, { json: '{"value":1}', t: 1_795_187_000_000, k: 'k' });
});

test('a form keeps the spaces of its values, and a form with a known field is never read as text', () => {
  const cases: [body: string, data: object][] = [
    ['title=Deploy&text=v1.2 is out', { title: 'Deploy', text: 'v1.2 is out' }],
    ['value=3&unit=m s', { value: 3, unit: 'm s' }],
    ['value=3&labels.host=web 1', { value: 3, labels: { host: 'web 1' } }],
    ['value= 3', { value: 3 }],
    ['text=100% done', { text: '100% done' }],
    ['text=one\ntwo', { text: 'one\ntwo' }],
    ['status=down', { status: 'down' }],
    ['room=kitchen 2&value=3', { room: 'kitchen 2', value: 3 }],
    ['value=3\n', { value: 3 }],
  ];
  for (const [body, data] of cases) assert.deepEqual(dataOf(body), [data], body);
  assert.deepEqual(dataOf('retries=5 and then it worked'), [
    { text: 'retries=5 and then it worked' },
  ]);
});

test('text/plain that is neither JSON nor a number is text, and so is a log line of any type', () => {
  const lines = ['[INFO] started', '[2024-05-01 10:00:00] hello', '[a][b]: c', '[1] "x"'];
  for (const line of lines) {
    for (const type of [FORM, 'text/plain', '']) {
      assert.deepEqual(dataOf(line, type), [{ text: line }], `${line} as ${type}`);
    }
  }
  for (const text of ['{oops', '[', '{"a":1} {"a":2}', '[1,2] [3]', 'true', 'null', 'value=3']) {
    assert.deepEqual(dataOf(text, 'text/plain; charset=utf-8'), [{ text }], text);
  }
  assert.deepEqual(dataOf('[INFO] a\n{"b":1}\n'), [{ text: '[INFO] a\n{"b":1}' }]);
});

test('true and false are booleans, and null is a gap', () => {
  for (const type of [FORM, 'application/json', '']) {
    assert.deepEqual(dataOf('true', type), [{ value: true }], type);
    assert.deepEqual(dataOf('false\n', type), [{ value: false }], type);
    assert.deepEqual(dataOf('null', type), [{ value: null }], type);
  }
  assert.deepEqual(dataOf('[true,1]'), [{ value: true }, { value: 1 }]);
  assert.deepEqual(dataOf('True'), [{ text: 'True' }]);
});

test('a declared charset is decoded, and a UTF-16 byte order mark declares one', () => {
  const text = '{"text":"Küche 21 °C"}';
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  const bodies: [bytes: Buffer, charset: string][] = [
    [Buffer.from(text), 'charset=utf-8'],
    [Buffer.from(text), 'charset="UTF-8"; x=y'],
    [Buffer.from(text, 'latin1'), 'charset=ISO-8859-1'],
    [Buffer.from(text, 'latin1'), 'charset=windows-1252'],
    [Buffer.from(text, 'utf16le'), 'charset=utf-16'],
    [Buffer.from(text, 'utf16le').swap16(), 'charset=utf-16be'],
    [utf16, 'charset=utf-16'],
    [utf16, ''],
    [Buffer.from(utf16).swap16(), ''],
  ];
  for (const [bytes, charset] of bodies) {
    for (const type of ['application/json', 'text/plain', FORM]) {
      assert.deepEqual(dataOf(bytes, `${type}; ${charset}`), [{ text: 'Küche 21 °C' }], charset);
    }
  }
  assert.deepEqual(dataOf(Buffer.from('Küche', 'latin1'), 'text/plain;charset=latin1'), [
    { text: 'Küche' },
  ]);
  assert.equal(refusal(Buffer.from('Küche', 'latin1'), 'text/plain').code, 'bad-request');
  assert.match(refusal(Buffer.from('é', 'latin1')).message, /charset/);
  assert.equal(refusal('x', 'text/plain; charset=klingon').code, 'media-type');
});

test('counts are checked before items are read, and at most 20 invalid items are listed', () => {
  const many: [body: string, type: string][] = [
    ['x\n'.repeat(131_000), 'application/x-ndjson'],
    [`{}\n${'x\n'.repeat(130_000)}`, FORM],
    ['1\n'.repeat(131_000), 'text/plain'],
    [`[${'[],'.repeat(80_000)}[]]`, FORM],
  ];
  for (const [body, type] of many) assert.equal(refusal(body, type).code, 'too-large');
  const channels = Buffer.from(`{"channels":{"a":[${'[],'.repeat(80_000)}[]]}}`);
  assert.throws(() => parseChannels(channels, options), { code: 'too-large' });
  for (const [body, type] of [
    ['x\n'.repeat(1_000), 'application/x-ndjson'],
    [`[${'[],'.repeat(999)}[]]`, FORM],
    [JSON.stringify(Array(1_000).fill({ labels: { ['x'.repeat(200)]: 1 } })), FORM],
  ] as const) {
    const error = refusal(body, type);
    assert.deepEqual([error.code, error.errors?.length, error.errorCount], ['bad-item', 20, 1_000]);
    assert.match(error.message, /and 999 more/);
    assert.ok(JSON.stringify(error.toProblem()).length < 12_000);
  }
});

test('labels without a key make the key, in any order; an explicit key wins', () => {
  const keys = ['{"labels":{"a":"1","b":"2"}}', '{"labels":{"b":"2","a":"1"}}'].map(
    (body) => parseNative(Buffer.from(body), '', options)[0]?.k,
  );
  assert.equal(keys[0], keys[1]);
  const [own] = parseNative(Buffer.from('{"key":7,"labels":{"a":"1"}}'), '', options);
  assert.deepEqual(own, { json: '{"labels":{"a":"1"}}', k: '7' });
  const [none] = parseNative(Buffer.from('{"key":null,"labels":{}}'), '', options);
  assert.equal(none?.k, undefined);
  // Two label sets never share a key by the way that they are quoted.
  const sets = ['{"labels":{"a":"1\\",b=\\"2"}}', '{"labels":{"a":"1","b":"2"}}'];
  const [sly, plain] = sets.map((body) => parseNative(Buffer.from(body), '', options)[0]?.k);
  assert.notEqual(sly, plain);
});

test('NDJSON may have CRLF, blank lines and a byte order mark; each invalid line is named', () => {
  assert.deepEqual(dataOf('\ufeff{"value":1}\r\n\r\n{"value":2}\r\n'), [
    { value: 1 },
    { value: 2 },
  ]);
  const error = refusal('{"value":1}\n{"value":\nnonsense\n{"value":4}', 'application/x-ndjson');
  assert.equal(error.code, 'bad-item');
  assert.deepEqual(
    error.errors?.map(({ index }) => index),
    [1, 2],
  );
  assert.equal(refusal('nonsense\n{"value":1}', 'application/x-ndjson').errors?.[0]?.index, 0);
});

test('what is probably a mistake is refused with a hint', () => {
  const cases: [body: string, type: string, code: string, hint: RegExp][] = [
    ['{"value":1}{"value":2}', FORM, 'bad-request', /--data-binary/],
    ['{"value":1} {"value":2}', FORM, 'bad-request', /--data-binary/],
    ['{"value":NaN}', FORM, 'bad-request', /JSON/],
    ['{value:1}', FORM, 'bad-request', /JSON/],
    ['colour=red', FORM, 'bad-request', /text\/plain/],
    ['hello', 'application/octet-stream', 'bad-request', /text\/plain/],
    ['hello', 'application/json', 'bad-request', /JSON/],
    ['[]', FORM, 'bad-request', /empty/],
    ['""', 'application/json', 'bad-item', /empty/],
    ['" \\n"', 'application/json', 'bad-item', /empty/],
    ['{oops', FORM, 'bad-request', /text\/plain/],
    ['[1, 2] [3]', FORM, 'bad-request', /text\/plain/],
    ['[{"value":NaN}]', FORM, 'bad-request', /null for a gap/],
    ['[1, -Infinity]', 'application/json', 'bad-request', /null for a gap/],
    ["{'value': 1}", FORM, 'bad-request', /json\.dumps/],
    ['{"ok": True}', 'application/json', 'bad-request', /json\.dumps/],
    ['{"value":1}\n{"value":NaN}', FORM, 'bad-item', /null for a gap/],
    ['value = 3', FORM, 'bad-request', /without spaces/],
    ['[[1]]', FORM, 'bad-item', /neither/],
    ['{"labels":{"a":1}}', FORM, 'bad-item', /text/],
    ['{"labels":["a"]}', FORM, 'bad-item', /labels/],
    [`{"key":"${'k'.repeat(513)}"}`, FORM, 'bad-item', /512/],
    [`{"labels":{"a":"${'k'.repeat(513)}"}}`, FORM, 'bad-item', /512/],
  ];
  for (const [body, type, code, hint] of cases) {
    const error = refusal(body, type);
    assert.equal(error.code, code, body.slice(0, 40));
    assert.match(error.message, hint, body.slice(0, 40));
    assert.ok(error.message.length < 1_000);
  }
});

test('more than 32 levels of nesting are refused, however many', () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  assert.equal(dataOf(nested(32)).length, 1);
  for (const body of [
    nested(33),
    nested(40_000),
    `${'['.repeat(120_000)}${']'.repeat(120_000)}`,
    `{"time":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    `{"key":${nested(20_000)}}`,
  ]) {
    assert.equal(refusal(body).code, 'bad-item', body.slice(0, 20));
  }
});

test('property names of JavaScript such as __proto__ are ordinary names', async () => {
  await using server = await startLive();
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  for (const name of names) {
    const body = `{"${name}":{"polluted":1},"labels":{"${name}":"x"},"value":1}`;
    const posted = await ask(`${server.url}/channels/${name}`, { body });
    assert.equal(posted.status, 201, posted.text);
    const form = await ask(`${server.url}/channels/${name}`, {
      body: `value=1&labels.${name}=y&${name}=z`,
      headers: { 'Content-Type': FORM },
    });
    assert.equal(form.status, 201, form.text);
    const both = await ask(`${server.url}/publish`, {
      body: `{"channels":{"${name}":[{"value":2,"key":"${name}"}]}}`,
    });
    assert.ok(Object.hasOwn((both.json as { channels: object }).channels, name));
    const asked = await server.poll(`channels=${name}`);
    assert.ok(Object.hasOwn(asked.answer.channels, name));
    assert.match(asked.text, new RegExp(`"${name}":\\{"polluted":1\\}`));
  }
  assert.equal('polluted' in {}, false);
  const all = await server.poll(`channels=${names.toSorted().join(',')}`);
  assert.equal(Object.keys(all.answer.channels).length, 4);
});

test('a body may be compressed and chunked', async () => {
  await using server = await startLive();
  const headers = { 'Content-Encoding': 'gzip', 'Transfer-Encoding': 'chunked' };
  const posted = await ask(`${server.url}/channels/cpu`, { body: gzipSync('[1,2]'), headers });
  assert.deepEqual([posted.status, (posted.json as { count: number }).count], [201, 2]);
});
