import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Replica } from '../../server/stores/redis/replica.ts';
import { APPEND, READ, type Script } from '../../server/stores/redis/scripts.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';
import { patience } from './case.ts';
import { DURABLE_CASES, reopened } from './durable-contract.ts';
import { dataSet, ENGINE_CASES } from './engine-cases.ts';
import { CASES } from './store-contract.ts';

/** The scripts with a line as it should not be, and the case that must see it. */
interface Mutant {
  script: Script;
  from: string | RegExp;
  to: string;
  seenBy: string;
}

const MUTANTS: Record<string, Mutant> = {
  'the tag of a cursor is not checked': {
    script: READ,
    from: 'at[2][2] == tag',
    to: 'true',
    seenBy: 'a history that took the place of another, as long as it or longer, resets its readers',
  },
  'a tag is always the same': {
    script: APPEND,
    from: 'local tag, ttl, print = ARGV[1]',
    to: "local tag, ttl, print = 'same'",
    seenBy: 'a history that took the place of another, as long as it or longer, resets its readers',
  },
  'a delta starts with what the reader has': {
    script: READ,
    from: `'(' .. version .. '-1'`,
    to: `version .. '-1'`,
    seenBy: 'readers that hop between instances end with what the store holds',
  },
  'keys are dropped': {
    script: APPEND,
    from: "redis.call('HSET', hash, key,",
    to: 'string.len(',
    seenBy:
      'what was trimmed stays so after a restart, quiet keys stay, every cursor continues or resets',
  },
  'quiet keys are not read': {
    script: READ,
    from: "latest = redis.call('HGETALL', hash)",
    to: 'latest = {}',
    seenBy:
      'what was trimmed stays so after a restart, quiet keys stay, every cursor continues or resets',
  },
  'keys are not counted': {
    script: APPEND,
    from: 'keys + added > max_keys',
    to: 'false',
    seenBy: 'keys that arrive at the same time pass the limit no more than others',
  },
  'a hash that does not go with the stream is built upon': {
    script: APPEND,
    from: `redis.call('HGET', hash, 'h') ~= cursor_of(head, head_tag)`,
    to: 'false',
    seenBy: 'a quiet key whose hash went amiss is made anew from the stream',
  },
  'a hash that does not go with the stream is believed': {
    script: READ,
    from: `redis.call('HGET', hash, 'h') == cursor`,
    to: 'true',
    seenBy: 'the hash of another history is not believed',
  },
  'nothing is trimmed': {
    script: APPEND,
    from: /'MAXLEN', '~', string.format\(.*?, most\)\),/,
    to: '',
    seenBy:
      'the engine keeps not much more than what is retained, and ids no longer than their window',
  },
  'an id is kept for ever': {
    script: APPEND,
    from: ", 'PX', ttl)",
    to: ')',
    seenBy:
      'the engine keeps not much more than what is retained, and ids no longer than their window',
  },
  'what meta asks to retain is forgotten': {
    script: APPEND,
    from: "redis.call('HSET', hash, 'r', asked)",
    to: '',
    seenBy: 'what meta asks to retain, the engine keeps',
  },
  'an id is not looked up': {
    script: APPEND,
    from: 'if known then return',
    to: 'if false then return',
    seenBy: 'the same id appends once, at the same time too',
  },
  'the result of an id is not kept': {
    script: APPEND,
    from: /redis\.call\('SET', idkey.*?ttl\)/,
    to: '',
    seenBy: 'an id is known after a restart',
  },
  'a print is not kept': {
    script: APPEND,
    from: 'first, count, print}',
    to: "first, count, ''}",
    seenBy: 'an id is known after a restart',
  },
  'an append is not published': {
    script: APPEND,
    from: /redis\.call\('SPUBLISH', stream, cursor\)(?=\nreturn)/,
    to: '',
    seenBy: 'an append and a deletion are published with their cursor',
  },
  'a deletion is not published': {
    script: APPEND,
    from: "redis.call('SPUBLISH', stream, cursor)",
    to: '',
    seenBy: 'an append and a deletion are published with their cursor',
  },
  'a deletion leaves the quiet keys': {
    script: APPEND,
    from: /redis\.call\('DEL', hash\)(?=\n {2}redis\.call\('SPUBLISH)/,
    to: "redis.call('HSET', hash, 'h', cursor)",
    seenBy: 'a deleted channel forgets its keys in the engine too',
  },
};

type Data = ReturnType<typeof dataSet>;

/** The case of that name, as it runs on an engine. */
function caseOf(wanted: string): (data: Data) => Promise<void> {
  const named = ({ name }: { name: string }): boolean => name === wanted;
  const onEngine = ENGINE_CASES.find(named);
  if (onEngine) return (data) => onEngine.run(data);
  const durable = DURABLE_CASES.find(named);
  if (durable) return (data) => durable.run((options) => reopened(() => data.open(options)));
  const store = CASES.find(named);
  assert.ok(store, `no case is called ${wanted}`);
  return (data) =>
    store.run(async (options) => {
      const [a, b] = await Promise.all([data.open(options), data.open(options)]);
      return { a, b, close: async () => {} };
    });
}

/** Puts the mutation in place; the function undoes it. */
function mutated({ script, from, to }: Mutant): () => void {
  const sound = { ...script };
  script.source = script.source.replace(from, to);
  assert.notEqual(script.source, sound.source, `${from} is not in the script`);
  script.sha = createHash('sha1').update(script.source).digest('hex');
  return () => Object.assign(script, sound);
}

if (noEngine) test('redis: the mutants', { skip: noEngine });
else {
  let server: RedisServer;
  const { ms } = patience;
  before(async () => {
    server = await RedisServer.start();
    patience.ms = 300; // before a repair makes good what a mutant lost
  });
  after(() => {
    patience.ms = ms;
    return server.stop();
  });
  const outcome = async (name: string): Promise<unknown> => {
    const data = dataSet(server);
    try {
      return await caseOf(name)(data);
    } catch (error) {
      return error;
    } finally {
      await data.close();
    }
  };

  for (const [mutation, mutant] of Object.entries(MUTANTS)) {
    test(`redis: the contract sees it where ${mutation}`, { timeout: 60_000 }, async () => {
      const undo = mutated(mutant);
      try {
        const seen = await outcome(mutant.seenBy);
        assert.ok(seen instanceof Error, 'it is not seen');
        assert.doesNotMatch(seen.message, /ERR|script/, 'the script does not run at all');
        assert.equal(
          await outcome('an append tells its cursor, first version and count'),
          undefined,
        );
      } finally {
        undo();
      }
    });
  }

  test('redis: the contract sees it where the head is not read after the subscription', async (t) => {
    t.mock.method(Replica.prototype, 'look', async () => false);
    for (const name of [
      'a watch that starts while an append runs misses nothing',
      'a watch that starts after an append knows its head at once',
    ]) {
      assert.ok((await outcome(name)) instanceof Error, name);
    }
  });

  test('redis: each case that sees a mutant lets the sound store pass', async () => {
    patience.ms = ms;
    for (const name of new Set(Object.values(MUTANTS).map(({ seenBy }) => seenBy))) {
      assert.equal(await outcome(name), undefined, name);
    }
  });
}
