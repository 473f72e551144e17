import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ClientError, type Update } from '../../components/client/index.ts';
import { ENGLISH } from '../../components/locale/words/en.ts';
import { formPayload, messageDraft, messagePayload } from '../../components/publish/draft.ts';
import { Outbox } from '../../components/publish/outbox.ts';
import { BoundValue } from '../../components/publish/bound-value.ts';
import { messageFailure, sendFailure } from '../../components/publish/send-failure.ts';
import { composes, sends } from '../../components/publish/typing.ts';
import { Connection } from '../../components/source/connection.ts';

const form = (...fields: [string, string | File][]): FormData => {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
};

describe('the payload', () => {
  test('of a message has no empty name, and no space around it', () => {
    assert.deepEqual(messagePayload(' hi\n', ' '), { text: 'hi' });
    assert.deepEqual(messagePayload('hi', ' Ada '), { text: 'hi', author: 'Ada' });
  });

  test('of a form equals what the server makes of the same form', () => {
    const data = form(
      ['value', '42.5'],
      ['title', '7'],
      ['labels.host', 'a'],
      ['x', '1'],
      ['x', '2'],
    );
    assert.deepEqual(formPayload(data), {
      value: 42.5,
      title: '7',
      x: ['1', '2'],
      labels: { host: 'a' },
    });
  });

  test('of a form keeps words, empty values and Infinity as text', () => {
    for (const word of ['n/a', '', ' ', 'Infinity'])
      assert.deepEqual(formPayload(form(['value', word])), { value: word });
  });

  test('of a form with a file throws, and an empty file field is ignored', () => {
    assert.deepEqual(formPayload(form(['a', 'b'], ['f', new File([], '')])), { a: 'b' });
    assert.throws(() => formPayload(form(['f', new File(['x'], 'x.txt')])), TypeError);
  });

  test('of a form may have a field named __proto__', () => {
    const payload = formPayload(form(['__proto__', 'x'])) as object;
    assert.deepEqual(Object.keys(payload), ['__proto__']);
    assert.equal(Object.getPrototypeOf(payload), Object.prototype);
  });
});

describe('Enter', () => {
  const press = { key: 'Enter', keyCode: 13, shiftKey: false, altKey: false };
  const idle = { ...press, isComposing: false, repeat: false };

  test('sends, unless it inserts a line break or is held down', () => {
    assert.equal(sends(idle), true);
    assert.equal(sends({ ...idle, shiftKey: true }), false);
    assert.equal(sends({ ...idle, altKey: true }), false);
    assert.equal(sends({ ...idle, repeat: true }), false);
    assert.equal(sends({ ...idle, key: 'a' }), false);
  });

  test('belongs to the input method during composition, and on the key that ends it', () => {
    assert.equal(sends({ ...idle, isComposing: true }), false);
    assert.equal(sends({ ...idle, keyCode: 229 }), false);
    assert.equal(composes({ ...idle, keyCode: 229 }), true);
    assert.equal(composes(idle), false);
  });
});

describe('a field that was sent', () => {
  test('is cleared', () => {
    const field = { value: 'hello' };
    messageDraft(field, '').clear();
    assert.equal(field.value, '');
  });

  test('keeps what was typed meanwhile', () => {
    const field = { value: 'hello' };
    const draft = messageDraft(field, '');
    field.value = 'hello and more';
    draft.clear();
    assert.equal(field.value, ' and more');
    const changed = messageDraft(field, '');
    field.value = 'other';
    changed.clear();
    assert.equal(field.value, 'other');
  });
});

describe('failure', () => {
  test('is reported for empty and long messages, in UTF-16 code units like maxlength', () => {
    assert.equal(messageFailure(' \n', undefined)?.kind, 'invalid');
    assert.equal(messageFailure('abc', 3), undefined);
    assert.match(messageFailure('ab👋', 3)?.text(ENGLISH) ?? '', /1/);
  });

  test('is described by what the user can do about it', () => {
    const told = (code: string, status?: number) =>
      sendFailure(new ClientError(code, 'x', { status }), 0).text(ENGLISH);
    assert.equal(told('network'), ENGLISH.publishNotReached);
    assert.equal(told('internal', 500), ENGLISH.publishNotReached);
    assert.equal(told('rate-limited', 429), ENGLISH.publishTooMany);
    assert.equal(told('unauthorized', 401), ENGLISH.publishSignIn);
    assert.equal(told('forbidden', 403), ENGLISH.publishForbidden);
    assert.equal(told('too-large', 413), ENGLISH.publishTooLarge);
    assert.equal(told('bad-item', 400), ENGLISH.publishRefused);
    assert.equal(sendFailure(new TypeError('x'), 0).text(ENGLISH), ENGLISH.publishRefused);
  });

  test('with a Retry-After says from when a retry makes sense', () => {
    const error = new ClientError('rate-limited', 'x', { status: 429, retryAfterMs: 12_000 });
    assert.equal(sendFailure(error, 1000).retryAt, 13_000);
  });
});

describe('the outbox', () => {
  const address = { url: 'http://127.0.0.1:9/lp', credentials: 'same-origin' as const };

  /** A connection whose server responds as scripted; `keys` are the keys that it received. */
  function scripted(...answers: (number | 'lost')[]) {
    const keys: (string | null)[] = [];
    const headers: Headers[] = [];
    const connection = new Connection(address, () => {});
    connection.configure(new EventTarget(), {
      fetch: async (_input, init) => {
        const sent = new Headers(init?.headers);
        headers.push(sent);
        keys.push(sent.get('Idempotency-Key'));
        const answer = answers.shift() ?? 201;
        if (answer === 'lost') throw new TypeError('lost');
        const body = { cursor: '1.aaaa', first: 1, count: 1, code: 'bad-item' };
        const type = answer < 400 ? 'application/json' : 'application/problem+json';
        return Response.json(body, { status: answer, headers: { 'Content-Type': type } });
      },
    });
    return { connection, keys, headers };
  }

  const letter = { channel: 'chat', payload: { text: 'hi' } };

  test('keeps the key of a failed message until it is sent', async () => {
    const { connection, keys } = scripted(400, 400, 201, 201);
    const outbox = new Outbox();
    await assert.rejects(outbox.send(connection, letter), { code: 'bad-item' });
    await assert.rejects(outbox.send(connection, letter), { code: 'bad-item' });
    const { id, first } = await outbox.send(connection, letter);
    await outbox.send(connection, letter);
    assert.equal(first, 1);
    assert.deepEqual(new Set(keys.slice(0, 3)), new Set([`"${id}"`]));
    assert.notEqual(keys[3], keys[2]);
  });

  test('gives another message another key', async () => {
    const { connection, keys } = scripted(400, 201);
    const outbox = new Outbox();
    await assert.rejects(outbox.send(connection, letter));
    await outbox.send(connection, { ...letter, payload: { text: 'hi!' } });
    assert.notEqual(keys[0], keys[1]);
  });

  test('retries under the same key after a lost response', async () => {
    const { connection, keys } = scripted('lost', 201);
    await new Outbox().send(connection, letter);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
  });

  test('sends the element’s headers, but not in place of its own', async () => {
    const { connection, headers } = scripted(201);
    await new Outbox().send(connection, {
      ...letter,
      headers: { Authorization: 'Bearer x', 'Content-Type': 'text/html' },
    });
    assert.equal(headers[0]?.get('Authorization'), 'Bearer x');
    assert.equal(headers[0]?.get('Content-Type'), 'application/json');
  });

  test('keeps the key when the client is replaced', async () => {
    const keys: (string | null)[] = [];
    const connection = new Connection(address, () => {});
    const source = new EventTarget();
    const fetch: typeof globalThis.fetch = async (_input, init) => {
      keys.push(new Headers(init?.headers).get('Idempotency-Key'));
      if (keys.length === 1) connection.configure(source, { fetch, waitSeconds: 7 }); // Ends the first client.
      init?.signal?.throwIfAborted();
      return Response.json({ cursor: '1.aaaa', first: 1, count: 1 }, { status: 201 });
    };
    connection.configure(source, { fetch });
    const { id } = await new Outbox().send(connection, letter);
    assert.deepEqual(keys, [`"${id}"`, `"${id}"`]);
  });
});

describe('the bound value', () => {
  /** A field that follows a channel; `tell` delivers an update of the server. */
  function following() {
    const field = { value: '' };
    let listen: (update: Update) => void = () => {};
    const connection = {
      subscribe: (_channel: string, listener: (update: Update) => void) => {
        listen = listener;
        return () => {};
      },
    };
    const standing = new BoundValue(field);
    standing.follow(connection as unknown as Connection, 'goal');
    const tell = (v: number, text: string, reset?: 'unknown'): void =>
      listen({
        channel: 'goal',
        cursor: '',
        entries: [{ v, t: 0, d: { text } }],
        ...(reset && { reset }),
      });
    return { field, standing, tell };
  }

  test('is shown until the user types, and again once that is sent', () => {
    const { field, standing, tell } = following();
    tell(1, 'a');
    assert.equal(field.value, 'a');
    field.value = 'mine';
    tell(2, 'b');
    assert.equal(field.value, 'mine');
    standing.sent('mine', 3);
    tell(4, 'c');
    assert.equal(field.value, 'c');
  });

  test('of a later publish is kept, whichever update arrives first', () => {
    const { field, standing, tell } = following();
    field.value = 'mine';
    tell(4, 'later');
    standing.sent('mine', 3);
    assert.equal(field.value, 'later');
  });

  test('from before our own publish is not shown again', () => {
    const { field, standing, tell } = following();
    field.value = 'mine';
    standing.sent('mine', 3);
    tell(2, 'before');
    assert.equal(field.value, 'mine');
    tell(1, 'another history', 'unknown');
    assert.equal(field.value, 'another history');
  });
});
