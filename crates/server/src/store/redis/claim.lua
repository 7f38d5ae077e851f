-- KEYS[1]: a key of a write. ARGV: whose claim it is, for how long it counts as running, and for how long it is kept.
-- Gives 0 where a write with the key is under way, 1 where it is taken or has an answer, 2 where nobody knows what came of it.
local held = redis.call('HMGET', KEYS[1], 'b', 'u')
if held[1] then return 1 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if held[2] then return now < tonumber(held[2]) and 0 or 2 end
redis.call('HSET', KEYS[1], 'c', ARGV[1], 'u', string.format('%d', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
