-- KEYS[1]: a key of a write. ARGV: whose claim ends.
if redis.call('HGET', KEYS[1], 'c') == ARGV[1] then redis.call('UNLINK', KEYS[1]) end
