/*
 * All Lua that runs inside Redis. It is one file because the scripts share fragments, and because together they are the only code
 * that defines how a channel's stream, hash and keys are related.
 */
import { createHash } from 'node:crypto';
import { ENTRY_OVERHEAD } from '../retained-entries.ts';

/** A Lua script and the SHA-1 digest by which the engine caches it. */
export interface Script {
  source: string;
  sha: string;
}

/** Returns a script with its digest. */
export const script = (source: string): Script => ({
  source,
  sha: createHash('sha1').update(source).digest('hex'),
});

/**
 * Keys of a channel, all in one cluster slot:
 *
 *     lp:{ch}        STREAM, one entry per record: id <last version>-1, fields t (tag) and d (items), or c (deletion);
 *                    a: '<time of arrival> <clock of the instance>', if the arrival differs from the times of its items
 *     lp:{ch}:k      HASH, state of the stream, and entries that keys retain from before its start; fields:
 *                    h, c: the state, as `read_state` parses it: fields that each append changes, and the others
 *                    m: the newest meta, '<version> <tag> <fragment>'
 *                    <key>: '<n> <m> <t> <b>', see below; with history '<n> <m> <t> <b> <r>'
 *                    <key> NUL <ordinal>: an entry that was moved from the stream, '<version> <tag> <fragment>', or
 *                    '<version> <tag>@<age> <fragment>' if its age does not count from its own time
 *     lp:{ch}:i:<id> STRING, result of an idempotency id
 *     lp:{ch}~       HASH, the tiers of the history: see `history-scripts.ts`
 *
 * Items are packed as key NUL fragment NUL key NUL fragment …; neither a key (JSON text, '' or m) nor a fragment
 * (JSON text without its version) holds a NUL. The stream is the only source of truth: the next version is its last
 * one's plus 1, and a hash whose state does not name the stream's last cursor is rebuilt from it.
 *
 * Retention counts per key. The entries of a key have ordinals: n is the newest, m the newest that was moved from the stream,
 * t the time at which the newest arrived (ms), b the channel's version before the key's first entry. The key retains the
 * ordinals above n - retain. The floor is the cursor of the last record that was trimmed (by MINID): all later ones are in
 * the stream. A record is trimmed when too much of the stream is released; entries of it that their keys still retain are
 * then moved to the hash, by ordinal, so that a later append removes the entry that it displaces with one HDEL. Each entry is
 * trimmed once, so the cost of an append does not depend on the number of keys.
 *
 * In a channel with history, r is the ordinal of the newest entry that is rolled into the first tier. An entry that is not
 * rolled is kept although its key retains newer ones; a read without a cursor leaves it out.
 *
 * Ages are measured by the engine's clock, which all instances read: from an entry's own time, but not from later than its
 * arrival; and from its arrival if it has no time of its own and the clock of the instance that received it is wrong.
 *
 * Bytes are those of the stream and of the moved entries: UTF-8, and an overhead per entry. They include entries that are
 * released but not trimmed yet, so an append that exceeds the limit trims those before it is refused.
 *
 * Three keys concern all channels and are not used by the scripts: lp:names, a SET of the channels that instances wrote to;
 * lp:ages, a ZSET of channels with a `maxAge` by the time at which they have to be trimmed; lp:sizes, a HASH of the bytes of
 * each channel. They are only indexes: the channels' own keys are authoritative.
 */
export const keysOf = (prefix: string, channel: string, id = ''): [string, string, string] => {
  const stream = `${prefix}:{${channel.replaceAll(/[{}%]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}}`;
  return [stream, `${stream}:k`, `${stream}:i:${id}`];
};

/** Key of the tiers of a channel's history. */
export const tiersKey = (prefix: string, channel: string): string =>
  `${keysOf(prefix, channel)[0]}~`;

/** Key of the index of channel names. */
export const namesKey = (prefix: string): string => `${prefix}:names`;

/** Key of the times at which channels were last written. */
export const agesKey = (prefix: string): string => `${prefix}:ages`;

/** Key of the byte counts of channels. */
export const sizesKey = (prefix: string): string => `${prefix}:sizes`;

/** The pub/sub channel on which the first record of each channel is announced by the channel's name. */
export const firstsChannel = (prefix: string): string => `${prefix}:firsts`;

/** `retain` that the share of `retain` from which on a key is rolled is taken of at least. */
export const LEAST_KEEP = 167;

const CURSORS = `
local stream, hash = KEYS[1], KEYS[2]

local function cursor_of(version, tag)
  if version == 0 then return '0' end
  if tag == '' then return string.format('%.0f', version) end
  return string.format('%.0f.%s', version, tag)
end

local function version_of(cursor) return tonumber(string.match(cursor, '^%d+')) end
`;

/** Lua: the state of a channel, and its newest version. */
export const HEAD: string = `${CURSORS}
-- From h: released: entries of the stream that no key retains; apart: entries that are kept apart; limit: how many
-- may be released before the stream is trimmed; keep: entries retained per key; due: when
-- entries may be too old next (ms, 0 for never); bytes; at: time of the last append (ms). From c: floor; keys: those
-- that count; age: maxAge in ms, 0 for none; scan: where HSCAN stopped; back_version and back_time: the engine's clock
-- was set back to that time, so all entries up to that version arrived no later. on: the channel keeps history; policy:
-- d or m if the instances' option says so (without and with meta), n if the meta does; over: entries that are kept only
-- until they are rolled. In h, policy and on are one letter: upper case for on.
local function read_state()
  local hot, cold = unpack(redis.call('HMGET', hash, 'h', 'c'))
  local cursor, released, apart, limit, letter, keep, due, bytes, at, over =
    string.match(hot or '', '^(%S+) (%-?%d+) (%-?%d+) (%d+) (%a)(%d+) (%d+) (%-?%d+) (%d+) ?(%-?%d*)$')
  local floor, keys, age, scan, back_version, back_time =
    string.match(cold or '', '^(%S+) (%-?%d+) (%d+) (%d+) (%d+) (%d+)$')
  if not cursor or not floor then return nil end
  return {cursor = cursor, floor = floor, keys = tonumber(keys), released = tonumber(released),
    apart = tonumber(apart), limit = tonumber(limit), keep = tonumber(keep),
    on = letter < 'a', policy = string.lower(letter), over = tonumber(over) or 0,
    age = tonumber(age), due = tonumber(due), scan = scan, bytes = tonumber(bytes), at = tonumber(at),
    back_version = tonumber(back_version), back_time = tonumber(back_time)}
end

local function head_of()
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if last then return version_of(last[1]), last[2][2], last[2][3] == 'c' end
  if redis.call('EXISTS', stream) == 0 then return 0, '', false end
  local info = redis.call('XINFO', 'STREAM', stream)
  local version = 0
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then version = version_of(info[i + 1]) end
  end
  -- All entries were too old: the tag of the last one is in the state.
  local state = read_state()
  if state and version_of(state.cursor) == version then
    return version, string.match(state.cursor, '%.(.*)$') or '', false
  end
  return version, '', false
end
`;

/** Lua: retention. Needs `HEAD`. */
export const RETENTION: string = `
local CHUNK = 2000 -- arguments per call: Lua's stack has room for 8,000
local OVERHEAD = ${ENTRY_OVERHEAD} -- bytes that an entry costs beside its text

local function in_chunks(command, args)
  local sum = 0
  for i = 1, #args, CHUNK do
    sum = sum + redis.call(command, hash, unpack(args, i, math.min(i + CHUNK - 1, #args)))
  end
  return sum
end

local function read_fields(names)
  if #names == 0 then return {} end
  if #names <= CHUNK then return redis.call('HMGET', hash, unpack(names)) end
  local values = {}
  for i = 1, #names, CHUNK do
    for _, value in ipairs(redis.call('HMGET', hash, unpack(names, i, math.min(i + CHUNK - 1, #names)))) do
      values[#values + 1] = value
    end
  end
  return values
end

local function write_state(state)
  local live = version_of(state.cursor) - version_of(state.floor) - state.released
  redis.call('HSET', hash,
    'h', string.format('%s %d %d %d %s%d %.0f %.0f %.0f', state.cursor, state.released, state.apart,
      math.max(64, live / 3), state.on and string.upper(state.policy) or state.policy, state.keep,
      state.age > 0 and state.due or 0, state.bytes, state.at)
      .. (state.on and string.format(' %d', state.over) or ''),
    'c', string.format('%s %d %.0f %s %.0f %.0f', state.floor, state.keys, state.age, state.scan,
      state.back_version, state.back_time))
end

local function row_of(state, text)
  local n, m, t, b, r = string.match(text or '', '^(%d+) (%d+) (%d+) (%d+) ?(%d*)$')
  if not n then return nil end
  local row = {n = tonumber(n), m = tonumber(m), t = t, b = tonumber(b)}
  if state.on then row.r = tonumber(r) or math.max(row.b, row.n - state.keep) end
  return row
end

local function row_text(row)
  local text = string.format('%.0f %.0f %s %.0f', row.n, row.m, row.t, row.b)
  return row.r and string.format('%s %.0f', text, row.r) or text
end

-- The ordinal up to which the entries of a key are released.
local function edge_of(state, row)
  local edge = row.n - state.keep
  if row.r then edge = math.min(edge, row.r) end
  return math.max(row.b, edge)
end

-- Number of entries that are kept only until they are rolled.
local function over_of(state, row) return row.r and math.max(0, row.n - state.keep - edge_of(state, row)) or 0 end

local function counts(key) return string.sub(key, 1, 1) == '"' end

local function time_of(fragment) return string.match(fragment, '^"t":(%d+)') or '0' end

local function apart_name(key, ordinal) return string.format('%s\\0%.0f', key, ordinal) end

-- A stored entry without its version and tag.
local function fragment_of(stored) return string.match(stored, '^%S+ %S+ (.*)$') or '' end

-- The time that the age of an entry kept apart counts from.
local function age_of(stored)
  return tonumber(string.match(stored, '^%d+ %w*@(%d+)') or time_of(fragment_of(stored)))
end

-- The time that an age counts from, where the clock was set back after the entry came.
local function corrected(state, version, time)
  if version <= state.back_version then return math.min(time, state.back_time) end
  return time
end

-- Where the clock was ahead and was set back, and where nothing is known of it: nothing can have arrived later than now.
local function note_clock(state, head, now)
  if now < state.at - 1000 then
    state.back_version, state.back_time = head, now
    state.at, state.due = now, now
  end
end

local function bytes_of(fragment) return fragment == '' and 0 or OVERHEAD + #fragment end

-- Deletes entries that are kept apart.
local function drop_apart(state, fields)
  for _, field in ipairs(fields) do
    local length = redis.call('HSTRLEN', hash, field)
    if length > 0 then state.bytes = state.bytes - OVERHEAD - length end
  end
  state.apart = state.apart - in_chunks('HDEL', fields)
end

-- Calls f(key, fragment, version, age) for each entry of a record; key nil for a deletion, age nil where it counts from
-- the entry's own time.
local function each_entry(record, each)
  local last, packed = version_of(record[1]), record[2][4]
  if record[2][3] ~= 'd' then return each(nil, '', last) end
  local f, came, clock = each, string.match(record[2][6] or '', '^(%d+) (%d+)$')
  if came then
    f = function(key, fragment, version)
      local time = time_of(fragment)
      each(key, fragment, version, time == clock and tonumber(came) or math.min(tonumber(time), tonumber(came)))
    end
  end
  local key, fragment = string.match(packed, '^(%Z*)%z(%Z*)$')
  if key then return f(key, fragment, last) end
  local items = {}
  for part in string.gmatch(packed .. '\\0', '(%Z*)%z') do items[#items + 1] = part end
  local version = last - #items / 2
  for i = 1, #items, 2 do
    version = version + 1
    f(items[i], items[i + 1], version)
  end
end

-- Takes a change of what is retained into account, or of whether history is kept. Where it is new, what is retained counts
-- as not rolled.
local function recount(state, keep, on)
  local all, rows, gone, entries = redis.call('HGETALL', hash), {}, {}, 0
  local kept_before, was_on, sets = state.keep, state.on, {}
  state.keep, state.on = keep, on
  state.released, state.apart, state.keys, state.over = 0, 0, 0, 0
  for i = 1, #all, 2 do
    local row = not string.find(all[i], '%z') and row_of(state, all[i + 1])
    if row then
      if on ~= was_on then
        row.r = on and math.max(row.b, row.n - kept_before) or nil
        sets[#sets + 1] = all[i]
        sets[#sets + 1] = row_text(row)
      end
      rows[all[i]] = row
      if counts(all[i]) then state.keys = state.keys + 1 end
      entries = entries + row.n - math.max(row.m, edge_of(state, row))
      state.over = state.over + over_of(state, row)
    end
  end
  in_chunks('HSET', sets)
  -- Whatever of the stream no key retains: metas, deletions and former lives of keys too.
  state.released = version_of(state.cursor) - version_of(state.floor) - entries
  for i = 1, #all, 2 do
    local key, ordinal = string.match(all[i], '^(%Z*)%z(%d+)$')
    if key then
      local row = rows[key]
      if not row or tonumber(ordinal) <= edge_of(state, row) then
        gone[#gone + 1] = all[i]
        state.bytes = state.bytes - OVERHEAD - #all[i + 1]
      else state.apart = state.apart + 1 end
    end
  end
  in_chunks('HDEL', gone)
end

-- The state of a stream whose hash is missing, of another history, or of an earlier version of this script. With history, no
-- entry counts as rolled: the tiers tell which are.
local function rebuild(cursor, retain, max_retain, on)
  local state = {cursor = cursor, floor = '0', keys = 0, released = 0, apart = 0, keep = retain, policy = 'd',
    on = on, over = 0, age = 0, due = 0, scan = '0', bytes = 0, at = math.huge, back_version = 0, back_time = 0}
  local former = {}
  if redis.call('HGET', hash, 'h') == cursor then former = redis.call('HGETALL', hash) end
  redis.call('DEL', hash)
  local rows, meta, from, first = {}, nil, '-', nil
  while true do
    local records = redis.call('XRANGE', stream, from, '+', 'COUNT', 500)
    for _, record in ipairs(records) do
      each_entry(record, function(key, fragment, version)
        first = first or version
        state.bytes = state.bytes + bytes_of(fragment)
        if key == 'm' then meta = string.format('%.0f %s ', version, record[2][2]) .. fragment
        elseif key then
          local row = rows[key] or {n = 0, m = 0, b = 0}
          rows[key] = row
          row.n = row.n + 1
          row.t = time_of(fragment)
        end
      end)
    end
    if #records < 500 then break end
    from = '(' .. records[#records][1]
  end
  state.floor = first and cursor_of(first - 1, '') or cursor
  local sets = {}
  for i = 1, #former, 2 do -- the latest entry per key, as earlier versions kept it
    local key, version = former[i], tonumber(string.match(former[i + 1], '^(%d+) %S+ "t":'))
    if version and version < (first or math.huge) then
      if key == 'm' then meta = meta or former[i + 1]
      else
        local row = rows[key] or {n = 0, m = 0, b = 0, t = time_of(fragment_of(former[i + 1]))}
        rows[key] = row
        row.n, row.m = row.n + 1, 1
        sets[#sets + 1] = apart_name(key, 1)
        sets[#sets + 1] = former[i + 1]
        state.bytes = state.bytes + OVERHEAD + #former[i + 1]
      end
    end
  end
  if meta then
    sets[#sets + 1] = 'm'
    sets[#sets + 1] = meta
    local ok, told = pcall(cjson.decode, '{' .. fragment_of(meta))
    told = ok and told.m or {}
    state.policy = 'm'
    if told.history then state.policy, state.on = 'n', told.history ~= 'none'
    elseif told.maxAge or (tonumber(told.retain) or 100) < 100 then state.policy, state.on = 'n', false end
    state.keep = math.min(tonumber(told.retain) or retain, max_retain)
    state.age = (tonumber(told.maxAge) or 0) * 1000
  end
  for key, row in pairs(rows) do
    if state.on then row.r = row.b end
    sets[#sets + 1] = key
    sets[#sets + 1] = row_text(row)
  end
  in_chunks('HSET', sets)
  recount(state, state.keep, state.on)
  return state
end

-- Keys whose entries have to be rolled, because they are many, or older than maxAge.
local to_roll = {}

-- Whether an entry that is too old may be deleted. Notes its key where it has to be rolled first.
local function is_rolled(row, key, ordinal)
  if not row or not row.r or ordinal <= row.r then return true end
  to_roll[key] = true
  return false
end

-- Trims the first of these records, as many as it may: all with an oldest time that is kept (ms), else until nothing
-- released is left. What keys still retain of them is put apart.
local function trim(state, records, oldest)
  local names, rows = {}, {}
  local flat, ends = {}, {} -- key, fragment, version, age of all entries, and where those of each record end
  local function add(key, fragment, version, age)
    local at = #flat
    flat[at + 1], flat[at + 2], flat[at + 3] = key or 'm', fragment, version -- a deletion counts like a meta
    flat[at + 4] = age or false
    if key and key ~= 'm' and rows[key] == nil then
      rows[key] = false
      names[#names + 1] = key
    end
  end
  for r, record in ipairs(records) do
    each_entry(record, add)
    ends[r] = #flat
  end
  local values = read_fields(names)
  for i, key in ipairs(names) do
    local row = row_of(state, values[i])
    if row then row.edge = edge_of(state, row) end
    rows[key] = row
  end
  local sets, gone, last, at = {}, {}, nil, 1
  for r, record in ipairs(records) do
    if not oldest and state.released <= 0 then break end
    while at < ends[r] do
      local key, fragment, version, age = flat[at], flat[at + 1], flat[at + 2], flat[at + 3]
      local row = rows[key]
      state.bytes = state.bytes - bytes_of(fragment)
      if not row or version <= row.b then state.released = state.released - 1 -- meta, a deletion, a former life
      else
        row.m = row.m + 1
        if row.m <= row.edge then state.released = state.released - 1
        elseif oldest and corrected(state, version, age or tonumber(time_of(fragment))) < oldest
          and is_rolled(row, key, row.m) then row.dead = row.m == row.n
        else
          local tag = record[2][2]
          if age then tag = string.format('%s@%.0f', tag, age) end
          local stored = string.format('%.0f %s ', version, tag) .. fragment
          state.apart = state.apart + 1
          state.bytes = state.bytes + OVERHEAD + #stored
          sets[#sets + 1] = apart_name(key, row.m)
          sets[#sets + 1] = stored
        end
      end
      at = at + 4
    end
    last = record
  end
  if not last then return end
  for key, row in pairs(rows) do
    if row and row.dead then
      gone[#gone + 1] = key
      if counts(key) then state.keys = state.keys - 1 end
    elseif row then
      sets[#sets + 1] = key
      sets[#sets + 1] = row_text(row)
    end
  end
  in_chunks('HSET', sets)
  in_chunks('HDEL', gone)
  state.floor = cursor_of(version_of(last[1]), last[2][2])
  redis.call('XTRIM', stream, 'MINID', string.match(last[1], '^%d+') .. '-2')
end

-- Trims until nothing released is left, or so many records are gone.
local function trim_all(state, most)
  while most > 0 and state.released > 0 do
    local records = redis.call('XRANGE', stream, '-', '+', 'COUNT', math.min(128, state.released))
    if #records == 0 then state.released = 0 end
    trim(state, records)
    most = most - #records
  end
end

-- Trims where a quarter of the stream and more is released.
local function trim_released(state, most)
  local length = version_of(state.cursor) - version_of(state.floor)
  if state.released > math.max(64, (length - state.released) / 3) then trim_all(state, most) end
end

-- Deletes what is older than maxAge, where that is due. An entry that arrived after a thousand younger records waits
-- until those go; readers are never told it.
local function expire(state, now)
  if state.age == 0 or now < state.due then return end
  local oldest = now - state.age
  local records = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1000)
  local old, young = 0, math.huge
  for r, record in ipairs(records) do
    each_entry(record, function(key, fragment, version, age)
      local t = key and key ~= 'm' and corrected(state, version, age or tonumber(time_of(fragment)))
      if t and t < oldest then old = r elseif t then young = math.min(young, t) end
    end)
  end
  for r = #records, old + 1, -1 do records[r] = nil end
  if old > 0 then trim(state, records, oldest) end
  if state.apart > 0 then
    local count = math.min(20000, math.max(1000, state.apart / 4))
    local scanned = redis.call('HSCAN', hash, state.scan, 'COUNT', string.format('%d', count))
    local gone, newest, names, ordinals = {}, {}, {}, {}
    for i = 1, #scanned[2], 2 do
      local key, ordinal = string.match(scanned[2][i], '^(%Z*)%z(%d+)$')
      local stored = scanned[2][i + 1]
      if key and corrected(state, version_of(stored), age_of(stored)) < oldest then
        if not ordinals[key] then
          names[#names + 1] = key
          ordinals[key] = {}
        end
        table.insert(ordinals[key], tonumber(ordinal))
      end
    end
    state.scan = scanned[1]
    local values = read_fields(names)
    for i, key in ipairs(names) do
      local row = row_of(state, values[i])
      for _, ordinal in ipairs(ordinals[key]) do
        if is_rolled(row, key, ordinal) then
          gone[#gone + 1] = apart_name(key, ordinal)
          newest[key] = math.max(newest[key] or 0, ordinal)
        end
      end
    end
    drop_apart(state, gone)
    gone = {}
    for i, key in ipairs(names) do
      local row = row_of(state, values[i])
      if row and row.n == newest[key] then
        gone[#gone + 1] = key
        if counts(key) then state.keys = state.keys - 1 end
      end
    end
    in_chunks('HDEL', gone)
  end
  -- Not for each entry that comes of age: up to an eighth of maxAge late, and a minute at most.
  local soon = now + math.max(1000, math.min(60000, state.age / 8))
  state.due = soon
  if old == 1000 then state.due = now
  elseif state.apart == 0 and young < math.huge then state.due = math.max(soon, young + state.age + 1) end
end

local function data_entries(state)
  return version_of(state.cursor) - version_of(state.floor) - state.released + state.apart
end

-- Number of entries of a key that are not rolled, from which on it is rolled: factor is 0.6 to 0.8, by the channel's name.
local function due_at(factor, keep) return factor * math.max(${LEAST_KEEP}, keep) end

-- A writer waits for the roll of a key with so many entries that are not rolled.
local function behind_at(keep) return 1.5 * math.max(500, keep) end
`;

/** Lua: the fields of a hash of tiers; see `history-scripts.ts`. */
export const TIERS: string = `
local function tier_field(tier, key, version)
  local field = string.format('%d', tier) .. '\\0' .. key
  return version and field .. '\\0' .. version or field
end

-- Deletes the history of a key.
local function drop_tiers(tiers, key)
  local freed = 0
  for tier = 0, 5 do
    local field = tier_field(tier, key)
    for version in string.gmatch(redis.call('HGET', tiers, field) or '', '|(%d+)') do
      local block = tier_field(tier, key, version)
      freed = freed + OVERHEAD + redis.call('HSTRLEN', tiers, block)
      redis.call('HDEL', tiers, block)
    end
    redis.call('HDEL', tiers, field)
  end
  if freed > 0 then redis.call('HINCRBY', tiers, 'b', -freed) end
end
`;

/**
 * Appends a record in the common case: it has neither meta nor a new key, and the hash matches the stream. Otherwise it
 * changes nothing, and the caller uses `APPEND`, which takes 1.5 times as long.
 * ARGV: tag, ms for which the id is remembered, print, the default retention ('d' and a number), now
 * (ms), time of arrival ('' if the items contain it; see `keysOf`), its bytes, maximum bytes of the channel, bytes that are
 * left for all channels, share of `retain` from which on a key is rolled, then key, fragment, …
 * The default retention is 'D' and the number if channels keep history by default.
 * Returns {'new', cursor, first, '1' if `TRIM` is due, else '', growth in bytes, 0, '1' if the writer has to wait for a roll,
 * else '', keys that have to be rolled, …},
 * {'known', cursor, first, count, print}, {'else'}.
 */
export const APPEND_QUICKLY: Script = script(`
local stream, hash = KEYS[1], KEYS[2]
local tag, ttl, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[5])
local came, incoming = ARGV[6], tonumber(ARGV[7])
local FIRST = 11

if ttl > 0 then
  local known = redis.call('GET', KEYS[3])
  if known then return {'known', string.match(known, '^(%S+) (%S+) (%S+) (.*)$')} end
end
local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
if not last or #ARGV > 2000 then return {'else'} end

local names, added, newest_at = {}, {}, {}
for i = FIRST, #ARGV, 2 do
  local key = ARGV[i]
  if key == 'm' then return {'else'} end
  if not added[key] then names[#names + 1] = key end
  added[key] = (added[key] or 0) + 1
  newest_at[key] = i + 1
end
local values = redis.call('HMGET', hash, 'h', unpack(names))
local cursor, released, apart, limit, keep_text, due, bytes, at, over =
  string.match(values[1] or '', '^(%S+) (%-?%d+) (%-?%d+) (%d+) (%S+) (%d+) (%-?%d+) (%d+)( ?%-?%d*)$')
if not cursor then return {'else'} end
if now < tonumber(at) - 1000 then return {'else'} end -- the clock was set back
if bytes + incoming > tonumber(ARGV[8]) or incoming > tonumber(ARGV[9]) then return {'else'} end
local head_text, dot_tag = string.match(cursor, '^(%d+)%.?(.*)$')
if last[1] ~= head_text .. '-1' or last[2][2] ~= dot_tag then return {'else'} end
local keep, letter = tonumber(string.sub(keep_text, 2)), string.sub(keep_text, 1, 1)
local on = letter < 'a'
if letter == 'd' or letter == 'D' then
  if keep_text ~= ARGV[4] then return {'else'} end
elseif letter == 'm' or letter == 'M' then
  if on ~= (string.sub(ARGV[4], 1, 1) == 'D') then return {'else'} end
end
released, due = tonumber(released), tonumber(due)

local head, count = tonumber(head_text), (#ARGV - FIRST + 1) / 2
local sets, gone = {}, nil
local rolls, behind, due_at, more = {}, '', on and ARGV[10] * math.max(${LEAST_KEEP}, keep), 0
for i, key in ipairs(names) do
  local n, m, b, r = string.match(values[i + 1] or '', '^(%d+) (%d+) %d+ (%d+) ?(%d*)$')
  if not n or on ~= (r ~= '') then return {'else'} end
  local few = added[key]
  local newest = n + few
  local before, upto = n - keep, newest - keep
  if on then
    local rolled = tonumber(r)
    more = more - math.max(0, before - math.max(rolled, b)) + math.max(0, upto - math.max(rolled, b))
    local waits = newest - rolled
    if waits >= due_at and (waits - few < due_at or math.floor(waits / 50) > math.floor((waits - few) / 50)) then
      rolls[#rolls + 1] = key
    end
    if waits >= 1.5 * math.max(500, keep) then
      behind = '1'
      rolls[#rolls + 1] = key
    end
    before, upto = math.min(before, rolled), math.min(upto, rolled)
  end
  before = math.max(b, before)
  if upto > before then
    m = tonumber(m)
    for ordinal = before + 1, math.min(upto, m) do
      gone = gone or {}
      gone[#gone + 1] = string.format('%s\0%d', key, ordinal)
    end
    if upto > m then released = released + upto - math.max(before, m) end
  end
  sets[i] = {newest, m, b, r}
end
local fields = {'h', ''}
for i, key in ipairs(names) do
  if due > 0 then
    local t = string.match(ARGV[newest_at[key]], '^"t":(%d+)') or '0'
    if came == '' and tonumber(t) < now - 60000 then return {'else'} end -- may be too old sooner than all others
  end
  local row = sets[i]
  fields[#fields + 1] = key
  if on then fields[#fields + 1] = string.format('%d %d %d %d %s', row[1], row[2], now, row[3], row[4])
  else fields[#fields + 1] = string.format('%d %d %d %d', row[1], row[2], now, row[3]) end
end

local version = string.format('%d', head + count)
cursor = version .. '.' .. tag
if came == '' then redis.call('XADD', stream, version .. '-1', 't', tag, 'd', table.concat(ARGV, '\0', FIRST))
else redis.call('XADD', stream, version .. '-1', 't', tag, 'd', table.concat(ARGV, '\0', FIRST), 'a', came) end
local growth = incoming
if gone then
  for _, field in ipairs(gone) do
    local length = redis.call('HSTRLEN', hash, field)
    if length > 0 then growth = growth - ${ENTRY_OVERHEAD} - length end
  end
  apart = apart - redis.call('HDEL', hash, unpack(gone))
end
if on then over = string.format(' %d', (tonumber(over) or 0) + more) end
fields[2] = string.format('%s %d %d %s %s %d %d %d%s', cursor, released, apart, limit, keep_text, due, bytes + growth, now, over)
redis.call('HSET', hash, unpack(fields))
local first = string.format('%d', head + 1)
if ttl > 0 then
  redis.call('SET', KEYS[3], string.format('%s %s %d %s', cursor, first, count, ARGV[3]), 'PX', ttl)
end
redis.call('SPUBLISH', stream, cursor)
local trim = released > tonumber(limit) or (due > 0 and due <= now)
return {'new', cursor, first, trim and '1' or '', growth, 0, behind, unpack(rolls)}
`);

/**
 * Appends any record, or deletes the channel.
 * ARGV: tag, ms for which the id is remembered, print, entries to retain per key, maximum of `retain` in meta, maximum number
 * of keys, time (ms) up to which a key must have been idle to be replaced, now (ms), `retain` of new meta ('' without meta)
 * and its maxAge (ms, 0 for none), pub/sub channel for first records, channel name, time of arrival ('' if the items contain
 * it), its bytes, maximum bytes of the channel, bytes that are left for all channels, maximum bytes of all channels, the
 * cursor that the channel must have ('' for any), 'D' if channels keep history by default, else 'd', the letter of the
 * new meta ('' without meta; see `read_state`), share of `retain` from which on a key is rolled, '1' if entries may be lost
 * because tiers cannot be written, then key, fragment, …; none = delete.
 * Returns {'new', cursor, first, due, growth in bytes, number of entries lost before they were rolled, '1' if the writer has
 * to wait for a roll, else '', keys that have to be rolled, …}, {'known', cursor, first, count, print}, {'keys', index, …} (of items
 * whose keys do not fit), {'moved', cursor} (the channel has another cursor), {'none'} (nothing to delete), {'full', 'channel'
 * or 'all', growth}, {'again', growth} (there may be room after more is trimmed). `due` (ms, or '') is the time at which
 * entries become too old, if it has changed.
 */
export const APPEND: Script = script(`${HEAD}${RETENTION}${TIERS}
local idkey = KEYS[3]
local tag, ttl, print = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local retain, max_retain, max_keys = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local idle_since, now = tonumber(ARGV[7]), tonumber(ARGV[8])
local asked_retain, asked_age = tonumber(ARGV[9]), tonumber(ARGV[10])
local came, incoming, max_channel = ARGV[13], tonumber(ARGV[14]), tonumber(ARGV[15])
local spare, max_all = tonumber(ARGV[16]), tonumber(ARGV[17])
local expected = ARGV[18]
local by_default, asked_letter, factor, is_lossy = ARGV[19] == 'D', ARGV[20], tonumber(ARGV[21]), ARGV[22] == '1'
local tiers = KEYS[4]
local FIRST = 23

if ttl > 0 then
  local known = redis.call('GET', idkey)
  if known then return {'known', string.match(known, '^(%S+) (%S+) (%S+) (.*)$')} end
end

local head, head_tag, cleared = head_of()
if expected ~= '' and expected ~= cursor_of(head, head_tag) then
  return {'moved', cursor_of(head, head_tag)}
end

if #ARGV < FIRST then
  if head == 0 or cleared then return {'none'} end
  local cursor = cursor_of(head + 1, tag)
  redis.call('DEL', hash, tiers) -- first: an engine that is out of memory refuses XADD, but not once a script has written
  redis.call('XADD', stream, 'MAXLEN', 1, string.format('%.0f-1', head + 1), 't', tag, 'c', '1')
  redis.call('PEXPIRE', stream, 604800000)
  redis.call('SPUBLISH', stream, cursor)
  return {'new', cursor, string.format('%.0f', head + 1), '', 0}
end

local names, added = {}, {} -- the keys of the items, and how many entries each gets
local times, metas = {}, 0
for i = FIRST, #ARGV, 2 do
  local key = ARGV[i]
  if key == 'm' then metas = metas + 1
  else
    if not added[key] then names[#names + 1] = key end
    added[key] = (added[key] or 0) + 1
    times[key] = time_of(ARGV[i + 1])
  end
end

-- New meta alone is taken by an engine that is out of memory too, since it is the cure: see the deletion.
if #names == 0 then redis.call('HDEL', hash, '\\0') end

if head == 0 or cleared then redis.call('DEL', tiers) end -- their versions go with entries that are gone
local head_cursor = cursor_of(head, head_tag)
local state = read_state()
if not state or state.cursor ~= head_cursor then state = rebuild(head_cursor, retain, max_retain, by_default) end
local values = read_fields(names)
note_clock(state, head, now)

-- Where the append replaces as many entries as it brings, or is meta, which is the cure, the limits may be passed by a
-- third. So a channel that is full of what it retains goes on, and what is replaced need not be trimmed at once.
local bytes_before = state.bytes
local function is_full()
  local replaced, brought = 0, 0
  for i, key in ipairs(names) do
    local row = row_of(state, values[i]) or {n = 0, b = 0}
    local edge = edge_of(state, row)
    brought = brought + added[key]
    row.n = row.n + added[key]
    replaced = replaced + math.max(0, edge_of(state, row) - edge)
  end
  local slack = replaced >= brought and 4 / 3 or 1
  if state.bytes + incoming > max_channel * slack then return 'channel' end
  if state.bytes + incoming - bytes_before > spare + max_all * (slack - 1) then return 'all' end
  return false
end
if is_full() then
  if state.age > 0 then
    state.due = now
    expire(state, now)
  end
  trim_all(state, 2000)
  values = read_fields(names)
  local full = is_full()
  if full then
    write_state(state)
    local growth = state.bytes - bytes_before
    if state.released > 0 then return {'again', growth} end
    return {'full', full, growth}
  end
end

local rows, fresh, missing
local function find_rows() -- and how many keys too many the new ones are
  local new = 0
  rows, fresh = {}, {}
  for i = 1, #names do
    local key = names[i]
    rows[key] = row_of(state, values[i])
    if not rows[key] and counts(key) then
      fresh[key] = true
      new = new + 1
    end
  end
  missing = new > 0 and state.keys + new - max_keys or 0
  return new
end

local new = find_rows()
if missing > 0 and state.age > 0 then -- keys whose entries are all too old give up their places first
  state.due = now
  expire(state, now)
  write_state(state)
  values = read_fields(names)
  new = find_rows()
end
if missing > 0 then
  local idle, all = {}, redis.call('HGETALL', hash)
  for i = 1, #all, 2 do
    local key = all[i]
    local row = counts(key) and not string.find(key, '%z') and not added[key] and row_of(state, all[i + 1])
    if row and tonumber(row.t) <= idle_since then idle[#idle + 1] = {row, key} end
  end
  if #idle < missing then
    local fitting, refused = new - missing + #idle, {'keys'}
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
  table.sort(idle, function(a, b) return tonumber(a[1].t) < tonumber(b[1].t) end)
  local gone = {}
  for i = 1, missing do
    local row, key = idle[i][1], idle[i][2]
    redis.call('HDEL', hash, key)
    local edge = edge_of(state, row)
    for ordinal = edge + 1, row.m do gone[#gone + 1] = apart_name(key, ordinal) end
    state.released = state.released + row.n - math.max(row.m, edge)
    state.over = state.over - over_of(state, row)
    if state.on then drop_tiers(tiers, key) end
  end
  drop_apart(state, gone)
  state.keys = state.keys - missing
end

local count = (#ARGV - FIRST + 1) / 2
local version = head + count
local cursor = cursor_of(version, tag)
local first = string.format('%.0f', head + 1)
local had = state.age > 0 and data_entries(state) or 0
local on = by_default
if state.policy == 'n' then on = state.on end
local keep = state.policy == 'd' and retain or state.keep
if asked_retain then
  state.policy, on = string.lower(asked_letter), asked_letter < 'a'
  keep = asked_retain
  state.age, state.due = asked_age, now
  if not on and state.policy == 'n' then redis.call('DEL', tiers) end
end
if keep ~= state.keep or on ~= state.on then
  recount(state, keep, on)
  values = read_fields(names)
  for i, key in ipairs(names) do rows[key] = row_of(state, values[i]) end
end

local fields = {'t', tag, 'd', table.concat(ARGV, '\\0', FIRST)}
if came ~= '' then fields[5], fields[6] = 'a', came end
redis.call('XADD', stream, string.format('%.0f-1', version), unpack(fields))
if cleared then redis.call('PERSIST', stream) end
state.cursor, state.at = cursor, now
state.released = state.released + metas
state.bytes = state.bytes + incoming

local sets, gone = {}, {}
local lost, behind = 0, ''
for i = 1, #names do
  local key = names[i]
  local row = rows[key]
  if not row then
    row = {n = head, m = head, b = head, r = on and head or nil}
    if counts(key) then state.keys = state.keys + 1 end
  end
  local before, over = edge_of(state, row), over_of(state, row)
  row.n, row.t = row.n + added[key], string.format('%.0f', now)
  if on then
    local most = is_lossy and math.max(2000, 4 * keep) or math.huge
    if row.n - row.r > most then
      lost = lost + row.n - most - row.r
      row.r = row.n - most
    end
    if row.n - row.r >= due_at(factor, keep) then to_roll[key] = true end
    if row.n - row.r >= behind_at(keep) then behind = '1' end
  end
  local upto = edge_of(state, row)
  state.over = state.over + over_of(state, row) - over
  if upto > before then
    for ordinal = before + 1, math.min(upto, row.m) do gone[#gone + 1] = apart_name(key, ordinal) end
    state.released = state.released + math.max(0, upto - math.max(before, row.m))
  end
  if state.age > 0 then
    local time = came == '' and tonumber(times[key]) or now
    state.due = math.min(state.due, math.max(now + 1000, time + state.age + 1))
  end
  sets[#sets + 1] = key
  sets[#sets + 1] = row_text(row)
end
if metas > 0 then
  for i = FIRST, #ARGV, 2 do
    if ARGV[i] == 'm' then
      sets[#sets + 1] = 'm'
      sets[#sets + 1] = string.format('%.0f %s ', head + (i - FIRST) / 2 + 1, tag) .. ARGV[i + 1]
    end
  end
end
drop_apart(state, gone)
in_chunks('HSET', sets)

trim_released(state, 128 + 2 * count)
expire(state, now)
write_state(state)

if ttl > 0 then
  redis.call('SET', idkey, table.concat({cursor, first, count, print}, ' '), 'PX', ttl)
end
redis.call('SPUBLISH', stream, cursor)
if head == 0 then redis.call('PUBLISH', ARGV[11], ARGV[12]) end
local due = ''
if state.age > 0 and (had == 0 or asked_retain) then due = string.format('%.0f', state.due) end
local reply = {'new', cursor, first, due, state.bytes - bytes_before, lost, behind}
for key in pairs(to_roll) do reply[#reply + 1] = key end
return reply
`);

/**
 * Trims a channel: entries that no key retains, if there are many, and entries older than maxAge. ARGV: now (ms).
 * Returns {time of the next trim (ms), or '' if none is needed before the next append, growth in bytes, keys that have to be
 * rolled before entries of theirs can be deleted, …}.
 */
export const TRIM: Script = script(`${HEAD}${RETENTION}
local head, head_tag = head_of()
local state = read_state()
if not state or state.cursor ~= cursor_of(head, head_tag) then return {'', 0} end
local bytes_before, now = state.bytes, tonumber(ARGV[1])
note_clock(state, head, now)
trim_released(state, 512)
expire(state, now)
write_state(state)
local growth = state.bytes - bytes_before
local due = ''
if state.age > 0 and data_entries(state) > 0 then due = string.format('%.0f', state.due) end
local reply = {due, growth}
for key in pairs(to_roll) do reply[#reply + 1] = key end
return reply
`);

/**
 * Reads from a cursor on. ARGV: version, tag ('' and '' = holds nothing), maximum number of records; 0 = only the head.
 * Returns {cursor}, {cursor, 'delta', records} or {cursor, 'full', records, hash}; the hash is empty if it does not match
 * the stream.
 */
export const READ: Script = script(`${HEAD}
local version, tag, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local head, head_tag = head_of()
local cursor = cursor_of(head, head_tag)
if most == 0 or head == 0 or cursor == cursor_of(tonumber(version) or 0, tag) then return {cursor} end

local state
if version ~= '' then
  local at = redis.call('XRANGE', stream, version .. '-1', version .. '-1')[1]
  local good = at and at[2][2] == tag
  if not at then
    state = read_state()
    good = state and state.cursor == cursor and state.floor == cursor_of(tonumber(version), tag)
  end
  if good then
    return {cursor, 'delta', redis.call('XRANGE', stream, '(' .. version .. '-1', '+', 'COUNT', most)}
  end
end
state = state or read_state()
local kept = {}
if state and state.cursor == cursor then kept = redis.call('HGETALL', hash) end
return {cursor, 'full', redis.call('XRANGE', stream, '-', '+', 'COUNT', most), kept}
`);
