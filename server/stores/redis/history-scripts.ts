/*
 * The Lua of the tiers of history.
 *
 * All tiers of a channel are one hash, `lp:{ch}~`, so that they are read and deleted in one moment:
 *
 *     id          a random tag of this hash; a new one after the channel was deleted
 *     b           bytes of all blocks
 *     <tier>      cursor of a tier: '<number of blocks ever appended>.<tag>'
 *     <tier> NUL <key>            index of the blocks of a key, oldest first: '<u> <a>|<v> <c> <h> <w>|<v> …': the version up to
 *                                 which the source is rolled, and the end of the youngest bucket that was released ('' for
 *                                 none); of each block its version, number of buckets, end, and number of buckets in the next
 *                                 tier
 *     <tier> NUL <key> NUL <v>    a block, as the fragment of an entry; it is never changed, only deleted
 *
 * Keys are written as in the other hash of the channel. `u` alone determines which entries a tier includes. The ordinal r in the
 * row of a key (see `scripts.ts`) follows it, and only determines what retention may delete.
 */
import { HEAD, RETENTION, type Script, script, TIERS } from './scripts.ts';

/** Number of buckets of the next tier that a tier must fill before it is rolled. */
const TIER_DUE = 48;

const STATE = `
-- The state, if it matches the stream and the channel keeps history.
local function history_state()
  local head, head_tag, cleared = head_of()
  if head == 0 or cleared then return nil end
  local state = read_state()
  if not state or state.cursor ~= cursor_of(head, head_tag) or not state.on then return nil end
  return state, head
end

-- Reads the entries of keys after a version and up to another, from so many records. wanted: by key, its number and the
-- version after which its entries are wanted. Returns number, version, tag, fragment of each, and the version up to which
-- the stream was read.
local function read_entries(from, upto, most, wanted)
  local entries, last = {}, string.format('%.0f', upto)
  local records = redis.call('XRANGE', stream, string.format('(%.0f-1', from), string.format('%.0f-1', upto), 'COUNT', most)
  for _, record in ipairs(records) do
    each_entry(record, function(key, fragment, version)
      local want = key and wanted[key]
      if want and version > want[2] then
        local at = #entries
        entries[at + 1], entries[at + 2] = want[1], string.format('%.0f', version)
        entries[at + 3], entries[at + 4] = record[2][2], fragment
      end
    end)
  end
  if #records == most then last = string.match(records[most][1], '^%d+') end
  return entries, last
end
`;

const RAISE = `
-- Counts the entries of each key after the source's cursor, which the roll that was read at that cursor does not include. nil
-- if the channel was deleted since, if its entries are others, or if this can no longer be known.
local function entries_after(state, cursor)
  local version, floor = version_of(cursor), version_of(state.floor)
  if floor > version then return nil end
  if floor == version then
    if state.floor ~= cursor then return nil end
  else
    local id = string.format('%.0f-1', version)
    local at = redis.call('XRANGE', stream, id, id)[1]
    if not at or cursor_of(version, at[2][2]) ~= cursor then return nil end
  end
  local counted, from, deleted = {}, string.format('(%.0f-1', version), false
  while true do
    local records = redis.call('XRANGE', stream, from, '+', 'COUNT', 500)
    for _, record in ipairs(records) do
      each_entry(record, function(key)
        if not key then deleted = true else counted[key] = (counted[key] or 0) + 1 end
      end)
    end
    if deleted then return nil end
    if #records < 500 then return counted end
    from = '(' .. records[#records][1]
  end
end

-- Notes up to where the keys of these rows are rolled, and releases the entries that were kept only until then.
local function raise(state, rows, counted)
  local sets, gone = {}, {}
  for key, row in pairs(rows) do
    local rolled = row.n - (counted[key] or 0)
    if rolled > row.r then
      local before, over = edge_of(state, row), over_of(state, row)
      row.r = rolled
      local upto = edge_of(state, row)
      for ordinal = before + 1, math.min(upto, row.m) do gone[#gone + 1] = apart_name(key, ordinal) end
      state.released = state.released + math.max(0, upto - math.max(before, row.m))
      state.over = state.over + over_of(state, row) - over
      sets[#sets + 1] = key
      sets[#sets + 1] = row_text(row)
    end
  end
  drop_apart(state, gone)
  in_chunks('HSET', sets)
end

-- Deletes what is released now, or too old.
local function tidy(state, now)
  trim_released(state, 512)
  if state.age > 0 then
    state.due = now
    expire(state, now)
  end
  write_state(state)
end
`;

/**
 * Reads the tiers of keys, and their entries that are not rolled, from so many records of the stream.
 * KEYS: stream, hash, tiers. ARGV: 'due' (keys that have to be rolled), 'any' (all that have entries) or 'read' (also those that
 * have only tiers); maximum number of records; maximum number of keys; entries to retain per key; maximum of `retain` in
 * meta; 'D' if channels keep history by default, else 'd'; keys, …; none = all.
 * Returns {cursor, '1' if the channel keeps history, else '', id of the tiers or '', cursor of the first tier, meta or '', number
 * of keys, keys, entries (see `read_entries`), version up to which the stream was read}; up to the number of keys if they are too
 * many. Of a key: {key, b, number of its newest entries that are not rolled, its index of each tier, entries that were moved from
 * the stream, newest block of the first tier with its version}. Of the entries, only that number counts: others were lost, or
 * have nothing to roll.
 */
export const READ_HISTORY: Script = script(`${HEAD}${RETENTION}${TIERS}${STATE}
local tiers = KEYS[3]
local what, most, max_keys = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local FIRST = 7

local head, head_tag, cleared = head_of()
local cursor = cursor_of(head, head_tag)
if head == 0 or cleared then return {cursor, '', '', '0', '', 0} end
local state = read_state()
if not state or state.cursor ~= cursor then
  state = rebuild(cursor, tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6] == 'D')
  write_state(state)
end
local id, tier_cursor = unpack(redis.call('HMGET', tiers, 'id', '0'))
local meta = redis.call('HGET', hash, 'm') or ''
local reply = {cursor, state.on and '1' or '', id or '', tier_cursor or '0', meta, 0}
if not state.on then return reply end

local names = {}
if #ARGV >= FIRST then
  for i = FIRST, #ARGV do names[#names + 1] = ARGV[i] end
elseif state.keys > max_keys then
  reply[6] = state.keys
  return reply
else
  local known = {}
  local function add(key)
    if not key or known[key] then return end
    known[key] = true
    names[#names + 1] = key
  end
  for _, field in ipairs(redis.call('HKEYS', hash)) do
    if (field == '' or counts(field)) and not string.find(field, '%z') then add(field) end
  end
  for _, field in ipairs(redis.call('HKEYS', tiers)) do add(string.match(field, '^%d%z(%Z*)$')) end
end

local keys, wanted, from = {}, {}, head
local values = read_fields(names)
for i, key in ipairs(names) do
  local row, held = row_of(state, values[i]), {}
  for tier = 0, 5 do held[tier + 1] = redis.call('HGET', tiers, tier_field(tier, key)) or '' end
  local taken = row
  if what == 'read' then taken = row or table.concat(held) ~= ''
  elseif row then
    local least = what == 'due' and state.age == 0 and due_at(0.6, state.keep) - 1 or 1
    taken = row.n - row.r >= least
  end
  if taken then
    local moved, rolled = {}, head
    if row then
      rolled = math.max(row.b, tonumber(string.match(held[1], '^%d+')) or 0)
      from = math.min(from, rolled)
      local fields = {}
      for ordinal = math.max(row.r, row.b) + 1, row.m do fields[#fields + 1] = apart_name(key, ordinal) end
      for _, stored in ipairs(read_fields(fields)) do
        if stored and version_of(stored) > rolled then moved[#moved + 1] = stored end
      end
    end
    local newest = string.match(held[1], '|(%d+) [^|]*$')
    local block = newest and redis.call('HGET', tiers, tier_field(0, key, newest))
    keys[#keys + 1] = {key, string.format('%.0f', row and row.b or 0), row and row.n - row.r or 0, held, moved,
      block and newest or '', block or ''}
    wanted[key] = {#keys, rolled}
  end
end
reply[6] = #keys
if #keys > max_keys then return reply end
reply[7] = keys
reply[8], reply[9] = read_entries(math.max(from, version_of(state.floor)), head, most, wanted)
return reply
`);

/**
 * Continues `READ_HISTORY`. KEYS: stream, hash, tiers. ARGV: version after which and up to which the stream is read, maximum number of
 * records, then key and version after which its entries are wanted, …
 * Returns {entries, version up to which the stream was read}; {} if entries may have been moved from the stream since: then all
 * has to be read again.
 */
export const READ_ENTRIES: Script = script(`${HEAD}${RETENTION}${STATE}
local from, wanted = tonumber(ARGV[1]), {}
local state = history_state()
if not state or version_of(state.floor) > from then return {} end
for i = 4, #ARGV, 2 do wanted[ARGV[i]] = {i / 2 - 1, tonumber(ARGV[i + 1])} end
local entries, last = read_entries(from, tonumber(ARGV[2]), tonumber(ARGV[3]), wanted)
return {entries, last}
`);

/**
 * Reads the blocks of keys of a tier that are not rolled into the next one.
 * KEYS: stream, hash, tiers. ARGV: number of the tier, keys, …
 * Returns {meta or '', id of the tiers, cursor of the tier, cursor of the next tier, keys}; {} without history. Of a key that has
 * to be rolled: {key, index of the next tier, index of the one after that, newest block of the next tier with its version,
 * version and block, …}.
 */
export const READ_BLOCKS: Script = script(`${HEAD}${RETENTION}${TIERS}${STATE}
local tiers, tier = KEYS[3], tonumber(ARGV[1])
if not history_state() then return {} end
local id, cursor, into = unpack(redis.call('HMGET', tiers, 'id', tostring(tier), tostring(tier + 1)))
if not cursor then return {} end
local keys = {}
for i = 2, #ARGV do
  local key = ARGV[i]
  local own, next_index, after =
    unpack(redis.call('HMGET', tiers, tier_field(tier, key), tier_field(tier + 1, key), tier_field(tier + 2, key)))
  local rolled, weight, blocks = tonumber(string.match(next_index or '', '^%d+')) or 0, 0, {}
  for version, w in string.gmatch(own or '', '|(%d+) %d+ %-?%d+ (%d+)') do
    if tonumber(version) > rolled then
      weight = weight + w
      blocks[#blocks + 1] = version
      blocks[#blocks + 1] = redis.call('HGET', tiers, tier_field(tier, key, version))
    end
  end
  if weight >= ${TIER_DUE} then
    local newest = string.match(next_index or '', '|(%d+) [^|]*$')
    local block = newest and redis.call('HGET', tiers, tier_field(tier + 1, key, newest))
    local told = {key, next_index or '', after or '', block and newest or '', block or ''}
    for _, part in ipairs(blocks) do told[#told + 1] = part end
    keys[#keys + 1] = told
  end
end
return {redis.call('HGET', hash, 'm') or '', id, cursor, into or '0', keys}
`);

/**
 * Appends blocks to a tier.
 * KEYS: stream, hash, tiers. ARGV: number of the tier, tag, now (ms), cursor that the tier must have, id that the tiers must
 * have, cursor of the source when the roll was read ('' for each of these: not checked), then of each block: key, b of the key when
 * the roll was read, fragment, `u` and `a` ('' in all but the last block of a key), `x`, number of buckets, end, number of
 * buckets in the next tier, …
 * Returns {'new', cursor, growth of the tiers in bytes, growth of the entries in bytes, keys whose blocks in this tier have to be
 * rolled, …}, or {'moved', cursor of the tier}: nothing was changed.
 */
export const APPEND_BLOCKS: Script = script(`${HEAD}${RETENTION}${TIERS}${STATE}${RAISE}
local tiers, tier, tag, now = KEYS[3], tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local expected, expected_id, source = ARGV[4], ARGV[5], ARGV[6]
local FIRST, FIELDS = 7, 9

local id, cursor, before = unpack(redis.call('HMGET', tiers, 'id', tostring(tier), tostring(tier - 1)))
cursor = cursor or '0'
if expected ~= '' and cursor ~= expected then return {'moved', cursor} end
local state, counted, rows = nil, nil, {}
if source ~= '' then
  state = history_state()
  if not state or (id or '') ~= expected_id then return {'moved', cursor} end
  if tier > 0 then
    if before ~= source then return {'moved', cursor} end
    for i = FIRST, #ARGV, FIELDS do -- a key that was replaced since has no blocks
      if redis.call('HEXISTS', tiers, tier_field(tier - 1, ARGV[i])) == 0 then return {'moved', cursor} end
    end
  else
    counted = entries_after(state, source)
    if not counted then return {'moved', cursor} end
    for i = FIRST, #ARGV, FIELDS do
      local key = ARGV[i]
      local row = row_of(state, redis.call('HGET', hash, key))
      if not row or row.b ~= tonumber(ARGV[i + 1]) then return {'moved', cursor} end
      rows[key] = row
    end
  end
end

redis.call('HDEL', hash, '\\0') -- so that an engine without memory accepts the blocks, which free more than they take
local version, growth, heads, blocks, sets = version_of(cursor), 0, {}, {}, {}
local function head_for(key)
  if heads[key] then return heads[key] end
  local index = redis.call('HGET', tiers, tier_field(tier, key)) or ' '
  local head = {list = {}}
  head.u, head.a = string.match(index, '^(%d*) (%-?%d*)')
  for block in string.gmatch(index, '|([^|]+)') do table.insert(head.list, block) end
  heads[key] = head
  return head
end
for i = FIRST, #ARGV, FIELDS do
  local key, head, x = ARGV[i], head_for(ARGV[i]), tonumber(ARGV[i + 5])
  version = version + 1
  local v = string.format('%.0f', version)
  redis.call('HSET', tiers, tier_field(tier, key, v), ARGV[i + 2])
  growth = growth + OVERHEAD + #ARGV[i + 2]
  table.insert(head.list, table.concat({v, ARGV[i + 6], ARGV[i + 7], ARGV[i + 8]}, ' '))
  if ARGV[i + 3] ~= '' then head.u = ARGV[i + 3] end
  if ARGV[i + 4] ~= '' then head.a = ARGV[i + 4] end
  while x and head.list[1] and version_of(head.list[1]) < x do
    local block = tier_field(tier, key, string.match(head.list[1], '^%d+'))
    growth = growth - OVERHEAD - redis.call('HSTRLEN', tiers, block)
    redis.call('HDEL', tiers, block)
    table.remove(head.list, 1)
  end
end
local reply = {'new', cursor_of(version, tag), growth, 0}
for key, head in pairs(heads) do
  redis.call('HSET', tiers, tier_field(tier, key), head.u .. ' ' .. head.a .. '|' .. table.concat(head.list, '|'))
  local rolled = string.match(redis.call('HGET', tiers, tier_field(tier + 1, key)) or '', '^%d+')
  local weight = 0
  for _, block in ipairs(head.list) do
    if version_of(block) > (tonumber(rolled) or 0) then weight = weight + string.match(block, '%d+$') end
  end
  if weight >= ${TIER_DUE} then reply[#reply + 1] = key end
end
redis.call('HSET', tiers, tostring(tier), reply[2], 'id', id or tag)
redis.call('HINCRBY', tiers, 'b', growth)
if counted then
  local bytes_before = state.bytes
  raise(state, rows, counted)
  tidy(state, now)
  reply[4] = state.bytes - bytes_before
end
return reply
`);

/**
 * Notes that the entries of keys up to a cursor have nothing to roll. KEYS: stream, hash, tiers. ARGV: cursor, now (ms), keys, …
 * Returns the growth of the entries in bytes.
 */
export const SKIP_ENTRIES: Script = script(`${HEAD}${RETENTION}${STATE}${RAISE}
local state = history_state()
local counted = state and entries_after(state, ARGV[1])
if not counted then return 0 end
local bytes_before, rows = state.bytes, {}
for i = 3, #ARGV do rows[ARGV[i]] = row_of(state, redis.call('HGET', hash, ARGV[i])) end
raise(state, rows, counted)
tidy(state, tonumber(ARGV[2]))
return state.bytes - bytes_before
`);
