-- What every script begins with. KEYS: the sequence, two generations of records, the feed; then those of the script.
-- ARGV: how long things are kept, an epoch to begin with where there is none; then those of the script.
--
-- Records are in two hashes, by turns: one of this generation, which lasts as long as things are kept, and the one before.
-- Each says its generation under '!', so that one that was evicted is missed, and nothing that it should concern counts.
local seq, tags, feed = KEYS[1], { [0] = KEYS[2], [1] = KEYS[3] }, KEYS[4]
local keep = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local meta = redis.call('HMGET', seq, 'e', 'n', 'g')
local epoch, n, g = meta[1], tonumber(meta[2]), tonumber(meta[3])

local function name(number)
  return string.format('%d', number)
end

local function whole()
  if not (epoch and n and g) then return false end
  for i = g - 1, g do
    if redis.call('HGET', tags[i % 2], '!') ~= name(i) then return false end
  end
  return true
end

local function open_generation(i)
  redis.call('DEL', tags[i % 2])
  redis.call('HSET', tags[i % 2], '!', name(i))
end

-- Makes all that there has to be, lets go of what is too old, and puts the end of all off.
local function prepare()
  local generation = math.floor(now / keep)
  if not whole() then
    redis.call('DEL', seq, feed)
    epoch, n, g = ARGV[2], 0, generation - 2
    redis.call('HSET', seq, 'e', epoch, 'n', 0, 'x', 0, 'b', name(now))
  end
  if generation > g then
    if generation > g + 1 then open_generation(generation - 1) end
    open_generation(generation)
    g = generation
    redis.call('HSET', seq, 'g', name(g))
  end
  for _, key in ipairs(KEYS) do
    if key == seq or key == tags[0] or key == tags[1] or key == feed then
      redis.call('PEXPIRE', key, keep * 3)
    end
  end
end

-- number, writers, end of the lease, when replicas have caught up
local function read(text)
  if not text then return 0, 0, 0, 0 end
  local a, b, c, d = string.match(text, '^(%d+) (%d+) (%d+) (%d+)$')
  return tonumber(a), tonumber(b), tonumber(c), tonumber(d)
end

local function record(mark)
  return read(redis.call('HGET', tags[g % 2], mark) or redis.call('HGET', tags[(g - 1) % 2], mark))
end

local function write(mark, number, writers, lease, settled)
  redis.call('HSET', tags[g % 2], mark, string.format('%d %d %d %d', number, writers, lease, settled))
end

-- Whether `judge` says yes to the records of all marks, which are lines of a text.
local function all(marks, judge)
  for mark in string.gmatch(marks, '[^\n]+') do
    if not judge(record(mark)) then return false end
  end
  return true
end
