import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Replica } from '../../server/stores/redis/replica.ts';
import {
  APPEND,
  APPEND_QUICKLY,
  READ,
  type Script,
  TRIM,
} from '../../server/stores/redis/scripts.ts';
import { APPEND_BLOCKS } from '../../server/stores/redis/history-scripts.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';
import { patience } from './case.ts';
import { DURABLE_CASES, reopened } from './durable-contract.ts';
import { dataSet, ENGINE_CASES } from './engine-cases.ts';
import { HISTORY_CASES } from './history-cases.ts';
import { DURABLE_HISTORY_CASES } from './history-durable.ts';
import { CASES } from './store-contract.ts';

/** Scripts with one wrong line, and the case that must detect it. */
interface Mutant {
  scripts: Script[];
  from: string | RegExp;
  to: string;
  seenBy: string;
}

const MUTANTS: Record<string, Mutant> = {
  'the tag of a cursor is not checked': {
    scripts: [READ],
    from: 'at[2][2] == tag',
    to: 'true',
    seenBy: 'a history that replaced another one, equally long or longer, resets its subscribers',
  },
  'a tag is always the same': {
    scripts: [APPEND, APPEND_QUICKLY],
    from: /local tag, (ttl, \w+) = ARGV\[1\]/,
    to: "local tag, $1 = 'same'",
    seenBy: 'a history that replaced another one, equally long or longer, resets its subscribers',
  },
  'a delta starts with an entry that the client has': {
    scripts: [READ],
    from: `'(' .. version .. '-1'`,
    to: `version .. '-1'`,
    seenBy: 'subscribers that change between instances end with what the store holds',
  },
  'entries of idle keys are not copied to the hash': {
    scripts: [TRIM],
    from: 'sets[#sets + 1] = apart_name(key, row.m)',
    to: "sets[#sets + 1] = 'x'",
    seenBy:
      'after a restart trimmed entries stay removed, idle keys stay, and every cursor continues or resets',
  },
  'the hash of idle keys is not read': {
    scripts: [READ],
    from: "kept = redis.call('HGETALL', hash)",
    to: 'kept = {}',
    seenBy:
      'after a restart trimmed entries stay removed, idle keys stay, and every cursor continues or resets',
  },
  'a replaced key stays in the hash': {
    scripts: [APPEND_QUICKLY],
    from: "apart = apart - redis.call('HDEL', hash, unpack(gone))",
    to: '',
    seenBy:
      'an idle key keeps all its retained entries behind a busy one, and the engine keeps nothing more',
  },
  'keys are not counted': {
    scripts: [APPEND],
    from: 'missing = new > 0 and state.keys + new - max_keys or 0',
    to: 'missing = 0',
    seenBy: 'keys that arrive at the same time do not exceed the limit',
  },
  'a hash that does not belong to the stream is extended': {
    scripts: [APPEND],
    from: 'state.cursor ~= head_cursor',
    to: 'false',
    seenBy: 'a hash of an earlier state is rebuilt from the stream',
  },
  'a hash that does not belong to the stream is read': {
    scripts: [READ],
    from: 'if state and state.cursor == cursor then kept',
    to: 'if state then kept',
    seenBy: 'the hash of another history is not used',
  },
  'nothing is trimmed': {
    scripts: [TRIM],
    from: 'trim_released(state, 512)',
    to: '',
    seenBy:
      'the engine keeps little more than what is retained, and ids no longer than their window',
  },
  'an age limit is not enforced': {
    scripts: [TRIM],
    from: 'expire(state, now)\nwrite_state',
    to: 'write_state',
    seenBy: 'entries older than maxAge are deleted from the engine, even without another append',
  },
  'a record does not contain its time of arrival': {
    scripts: [APPEND_QUICKLY],
    from: ", 'a', came)",
    to: ')',
    seenBy:
      'an instance whose clock is an hour off deletes nothing early, and its entries are removed in time',
  },
  'an entry in the hash does not contain its time of arrival': {
    scripts: [APPEND, TRIM],
    from: "if age then tag = string.format('%s@%.0f', tag, age) end",
    to: '',
    seenBy:
      'an instance whose clock is an hour off deletes nothing early, and its entries are removed in time',
  },
  'a clock that is set back is not detected': {
    scripts: [APPEND, TRIM],
    from: 'if now < state.at - 1000 then',
    to: 'if false then',
    seenBy: 'entries of a clock that was far ahead are removed maxAge after it was set back',
  },
  'bytes of a channel have no limit': {
    scripts: [APPEND],
    from: "then return 'channel' end",
    to: 'then end',
    seenBy:
      'a channel stores at most its limit of bytes; retained values may be replaced, and deleting makes room',
  },
  'the total of bytes has no limit': {
    scripts: [APPEND],
    from: "then return 'all' end",
    to: 'then end',
    seenBy:
      'all channels together store at most the total limit of bytes, by single and by simultaneous appends',
  },
  'a full channel refuses a value that replaces another': {
    scripts: [APPEND],
    from: 'replaced >= brought and 4 / 3 or 1',
    to: '1',
    seenBy:
      'a channel stores at most its limit of bytes; retained values may be replaced, and deleting makes room',
  },
  'bytes of replaced values stay counted': {
    scripts: [APPEND_QUICKLY],
    from: /growth = growth - \d+ - length/,
    to: 'growth = growth',
    seenBy: 'bytes are counted on every way to append, trim and delete',
  },
  'an id never expires': {
    scripts: [APPEND, APPEND_QUICKLY],
    from: ", 'PX', ttl)",
    to: ')',
    seenBy:
      'the engine keeps little more than what is retained, and ids no longer than their window',
  },
  'the retention that meta requests is ignored': {
    scripts: [APPEND],
    from: 'keep = asked_retain\n',
    to: '\n',
    seenBy: 'the engine retains what meta requests',
  },
  'an id is not looked up': {
    scripts: [APPEND, APPEND_QUICKLY],
    from: 'if known then return',
    to: 'if false then return',
    seenBy: 'two simultaneous appends with the same id are stored once',
  },
  'the result of an id is not kept': {
    scripts: [APPEND],
    from: /redis\.call\('SET', idkey.*?ttl\)/,
    to: '',
    seenBy: 'an id is known after a restart',
  },
  'the content hash of an id is not kept': {
    scripts: [APPEND],
    from: 'first, count, print}',
    to: "first, count, ''}",
    seenBy: 'an id is known after a restart',
  },
  'a first append is not published': {
    scripts: [APPEND],
    from: /redis\.call\('SPUBLISH', stream, cursor\)(?=\nif head)/,
    to: '',
    seenBy: 'an append and a deletion are published with their cursor',
  },
  'a later append is not published': {
    scripts: [APPEND_QUICKLY],
    from: "redis.call('SPUBLISH', stream, cursor)",
    to: '',
    seenBy: 'an append and a deletion are published with their cursor',
  },
  'a deletion is not published': {
    scripts: [APPEND],
    from: "redis.call('SPUBLISH', stream, cursor)",
    to: '',
    seenBy: 'an append and a deletion are published with their cursor',
  },
  'the first record of a channel is not announced': {
    scripts: [APPEND],
    from: "if head == 0 then redis.call('PUBLISH', ARGV[11], ARGV[12]) end",
    to: '',
    seenBy: 'watches of a name start to signal with its first record',
  },
  'a deletion leaves the idle keys': {
    scripts: [APPEND],
    from: "redis.call('DEL', hash, tiers) -- first",
    to: '--',
    seenBy: 'the keys of a deleted channel are deleted in the engine too',
  },
  'an entry is deleted before it is rolled': {
    scripts: [APPEND_QUICKLY],
    from: 'before, upto = math.min(before, rolled), math.min(upto, rolled)',
    to: '',
    seenBy: 'thousands of entries of one key, and hundreds of keys, are rolled',
  },
  'blocks are appended to a tier that has moved': {
    scripts: [APPEND_BLOCKS],
    from: 'cursor ~= expected',
    to: 'false',
    seenBy: 'of two rolls of the same entries, one is refused',
  },
  'blocks are appended for a channel that was deleted': {
    scripts: [APPEND_BLOCKS],
    from: "if source ~= '' then",
    to: 'if false then',
    seenBy: 'a roll that has read a channel before it was deleted is refused',
  },
  'entries that are rolled are kept': {
    scripts: [APPEND_BLOCKS],
    from: 'if rolled > row.r then',
    to: 'if false then',
    seenBy:
      'with history, the engine keeps little more than what is retained, counts its bytes, and rebuilds a lost hash',
  },
  'a key that is replaced keeps its history': {
    scripts: [APPEND],
    from: 'if state.on then drop_tiers(tiers, key) end',
    to: '',
    seenBy: 'a key that is replaced by a new one loses its history',
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
  const ofHistory = DURABLE_HISTORY_CASES.find(named);
  if (ofHistory) return (data) => ofHistory.run((options) => reopened(() => data.open(options)));
  const store = [...CASES, ...HISTORY_CASES].find(named);
  assert.ok(store, `no case is named ${wanted}`);
  return (data) =>
    store.run(async (options) => {
      const [a, b] = await Promise.all([data.open(options), data.open(options)]);
      return { a, b, close: async () => {} };
    });
}

/** Puts the mutation in place, and returns a function that removes it. */
function mutated({ scripts, from, to }: Mutant): () => void {
  const sound = scripts.map((script) => ({ ...script }));
  for (const script of scripts) {
    const { source } = script;
    script.source = source.replace(from, to);
    assert.notEqual(script.source, source, `${from} is not in the script`);
    script.sha = createHash('sha1').update(script.source).digest('hex');
  }
  return () => scripts.forEach((script, i) => Object.assign(script, sound[i]));
}

if (noEngine) test('redis: the mutants', { skip: noEngine });
else {
  let server: RedisServer;
  const { ms } = patience;
  before(async () => {
    server = await RedisServer.start();
    patience.ms = 300; // Before a repair restores what a mutant lost.
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
    test(`redis: the contract fails where ${mutation}`, { timeout: 60_000 }, async () => {
      const undo = mutated(mutant);
      try {
        const seen = await outcome(mutant.seenBy);
        assert.ok(seen instanceof Error, 'it is not detected');
        assert.doesNotMatch(seen.message, /ERR|script/, 'the script does not run at all');
        assert.equal(
          await outcome('an append returns its cursor, first version and count'),
          undefined,
        );
      } finally {
        undo();
      }
    });
  }

  test('redis: the contract fails where the head is not read after the subscription', async (t) => {
    t.mock.method(Replica.prototype, 'look', async () => false);
    for (const name of [
      'a watch that starts while an append runs misses nothing',
      'a watch that starts after an append knows its head at once',
    ]) {
      assert.ok((await outcome(name)) instanceof Error, name);
    }
  });

  test('redis: each case that detects a mutant passes with the correct store', async () => {
    patience.ms = ms;
    for (const name of new Set(Object.values(MUTANTS).map(({ seenBy }) => seenBy))) {
      assert.equal(await outcome(name), undefined, name);
    }
  });
}
