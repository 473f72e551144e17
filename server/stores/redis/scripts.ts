import { createHash } from 'node:crypto';

/** A Lua script and the name the engine knows it by. */
export interface Script {
  source: string;
  sha: string;
}

const script = (source: string): Script => ({
  source,
  sha: createHash('sha1').update(source).digest('hex'),
});

/**
 * Keys of a channel, all in one cluster slot:
 *
 *     lp:{ch}        STREAM, one entry per record: id <last version>-1, fields t (tag) and d (items), or c (deletion)
 *     lp:{ch}:k      HASH, latest item per key, so that a busy key never evicts a quiet one;
 *                    h: the cursor it goes with, r: what meta asks to retain
 *     lp:{ch}:i:<id> STRING, result of an idempotency id
 *
 * and one for all, outside the scripts: lp:names, a SET of the channels that instances wrote to. It is a list of where to
 * look, no more: each is looked up before anything is said of it, and instances add what they know now and then.
 *
 * Items are packed as key NUL fragment NUL key NUL fragment …; neither a key (JSON text, '' or m) nor a fragment
 * (JSON text without its version) holds a NUL. The stream alone tells what is true: the next version is its last one's
 * plus 1, and a hash that does not go with its last record is made anew from it.
 */
export const keysOf = (prefix: string, channel: string, id = ''): [string, string, string] => {
  const stream = `${prefix}:{${channel.replaceAll(/[{}%]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}}`;
  return [stream, `${stream}:k`, `${stream}:i:${id}`];
};

export const namesKey = (prefix: string): string => `${prefix}:names`;

const HEAD = `
local function head_of(stream)
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if last then
    return tonumber(string.match(last[1], '^%d+')), last[2][2], last[2][3] == 'c'
  end
  if redis.call('EXISTS', stream) == 1 then
    local info = redis.call('XINFO', 'STREAM', stream)
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then
        return tonumber(string.match(info[i + 1], '^%d+')), '', false
      end
    end
  end
  return 0, '', false
end

local function cursor_of(version, tag)
  if version == 0 then return '0' end
  if tag == '' then return string.format('%.0f', version) end
  return string.format('%.0f.%s', version, tag)
end
`;

/**
 * Appends a record, or deletes the channel.
 * ARGV: tag, ms that the id is known, print, entries to retain per key, what meta newly asks to retain or '',
 * most records kept, most keys, the time (ms), since when a key has to be idle to lose its place, then key, fragment, …; none = delete.
 * Gives {'new', cursor, first}, {'known', cursor, first, count, print}, {'keys', index, …} (of items whose keys find no
 * place), {'none'} (nothing to delete).
 */
export const APPEND: Script = script(`${HEAD}
local stream, hash, idkey = KEYS[1], KEYS[2], KEYS[3]
local tag, ttl, print = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local retain, asked, most, max_keys = tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local now, idle_since = ARGV[8], tonumber(ARGV[9])
local FIRST = 10

if ttl > 0 then
  local known = redis.call('GET', idkey)
  if known then return {'known', string.match(known, '^(%S+) (%S+) (%S+) (.*)$')} end
end

local head, head_tag, cleared = head_of(stream)
if #ARGV < FIRST and (head == 0 or cleared) then return {'none'} end

local function put(version, record_tag, key, fragment)
  redis.call('HSET', hash, key, string.format('%.0f %s %s ', version, record_tag, now) .. fragment)
end

if redis.call('HGET', hash, 'h') ~= cursor_of(head, head_tag) then
  redis.call('DEL', hash)
  if head > 0 and not cleared then
    for _, record in ipairs(redis.call('XRANGE', stream, '-', '+')) do
      local items, packed = {}, record[2][4]
      if record[2][3] == 'd' then
        for part in string.gmatch(packed .. '\\0', '(%Z*)%z') do items[#items + 1] = part end
        local version = tonumber(string.match(record[1], '^%d+')) - #items / 2
        for i = 1, #items, 2 do
          version = version + 1
          put(version, record[2][2], items[i], items[i + 1])
        end
      end
    end
  end
end

if #ARGV < FIRST then
  local cursor = cursor_of(head + 1, tag)
  redis.call('XADD', stream, 'MAXLEN', 1, string.format('%.0f-1', head + 1), 't', tag, 'c', '1')
  redis.call('PEXPIRE', stream, 604800000)
  redis.call('DEL', hash)
  redis.call('SPUBLISH', stream, cursor)
  return {'new', cursor, string.format('%.0f', head + 1)}
end

local fresh, added = {}, 0
for i = FIRST, #ARGV, 2 do
  local key = ARGV[i]
  if string.sub(key, 1, 1) == '"' and fresh[key] == nil then
    fresh[key] = redis.call('HEXISTS', hash, key) == 0
    if fresh[key] then added = added + 1 end
  end
end
local keys = redis.call('HLEN', hash)
for _, key in ipairs({'h', 'r', 'm', ''}) do keys = keys - redis.call('HEXISTS', hash, key) end
local missing = keys + added - max_keys
if added > 0 and missing > 0 then
  local idle, all = {}, redis.call('HGETALL', hash)
  for i = 1, #all, 2 do
    local t = tonumber(string.match(all[i + 1], '^%d+ %w* (%d+) '))
    if string.sub(all[i], 1, 1) == '"' and fresh[all[i]] == nil and t and t <= idle_since then
      idle[#idle + 1] = {t, all[i]}
    end
  end
  if #idle < missing then
    local fitting, refused = added - missing + #idle, {'keys'}
    for i = FIRST, #ARGV, 2 do
      local key = ARGV[i]
      if fresh[key] == true and fitting > 0 then
        fresh[key] = 'fits'
        fitting = fitting - 1
      elseif fresh[key] == true then
        refused[#refused + 1] = string.format('%.0f', (i - FIRST) / 2)
      end
    end
    return refused
  end
  table.sort(idle, function(a, b) return a[1] < b[1] end)
  for i = 1, missing do redis.call('HDEL', hash, idle[i][2]) end
  keys = keys - missing
end

local count = (#ARGV - FIRST + 1) / 2
local version = head + count
local cursor = cursor_of(version, tag)
if asked ~= '' then redis.call('HSET', hash, 'r', asked) end
local kept = tonumber(redis.call('HGET', hash, 'r') or retain) * math.max(1, keys + added)
redis.call('XADD', stream, 'MAXLEN', '~', string.format('%.0f', math.min(kept, most)),
  string.format('%.0f-1', version), 't', tag, 'd', table.concat(ARGV, '\\0', FIRST))
if cleared then redis.call('PERSIST', stream) end

local seen = {}
for i = #ARGV - 1, FIRST, -2 do
  if not seen[ARGV[i]] then
    seen[ARGV[i]] = true
    put(head + (i - FIRST) / 2 + 1, tag, ARGV[i], ARGV[i + 1])
  end
end
redis.call('HSET', hash, 'h', cursor)
local first = string.format('%.0f', head + 1)
if ttl > 0 then
  redis.call('SET', idkey, table.concat({cursor, first, count, print}, ' '), 'PX', ttl)
end
redis.call('SPUBLISH', stream, cursor)
return {'new', cursor, first}
`);

/**
 * Reads on from a cursor. ARGV: version, tag ('' and '' = holds nothing), most records; 0 = only the head is asked.
 * Gives {cursor}, {cursor, 'delta', records} or {cursor, 'full', records, hash}.
 */
export const READ: Script = script(`${HEAD}
local stream, hash = KEYS[1], KEYS[2]
local version, tag, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local head, head_tag = head_of(stream)
local cursor = cursor_of(head, head_tag)
if most == 0 or head == 0 or cursor == cursor_of(tonumber(version) or 0, tag) then return {cursor} end

if version ~= '' then
  local at = redis.call('XRANGE', stream, version .. '-1', version .. '-1')[1]
  if at and at[2][2] == tag then
    return {cursor, 'delta', redis.call('XRANGE', stream, '(' .. version .. '-1', '+', 'COUNT', most)}
  end
end
local latest = {}
if redis.call('HGET', hash, 'h') == cursor then latest = redis.call('HGETALL', hash) end
return {cursor, 'full', redis.call('XRANGE', stream, '-', '+', 'COUNT', most), latest}
`);
