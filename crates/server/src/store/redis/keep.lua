-- KEYS[1]: a key of a write. ARGV: the request, the head and the body of its answer, and for how long it is kept.
-- Gives 0 where it has another answer.
local kept = redis.call('HMGET', KEYS[1], 'r', 'h', 'b')
if kept[3] then return kept[1] == ARGV[1] and kept[2] == ARGV[2] and kept[3] == ARGV[3] and 1 or 0 end
redis.call('HDEL', KEYS[1], 'c', 'u')
redis.call('HSET', KEYS[1], 'r', ARGV[1], 'h', ARGV[2], 'b', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
