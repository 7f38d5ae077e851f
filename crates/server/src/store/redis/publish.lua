-- KEYS[5]: the head of an entry. ARGV: epoch, number and time of its fence, for how long it is of use, its marks, its head,
-- the name of its body, and how long instances may take to tell a Redis that has lost everything what it does not know.
prepare()
local asked, at, ends, marks = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
if ARGV[3] ~= epoch or at < redis.call('HGET', seq, 'b') + tonumber(ARGV[10]) then return 0 end
local admitted = all(marks, function(number, writers, lease, settled)
  return number <= asked and not (writers > 0 and now < lease) and at >= settled
end)
-- An older one may have outlived the records that it should be checked against.
local left = math.min(ends, at + keep - now)
if not admitted or left <= 0 then return 0 end
redis.call('HSET', KEYS[5], 'e', epoch, 'n', ARGV[4], 'm', marks, 'h', ARGV[8], 'b', ARGV[9])
redis.call('PEXPIRE', KEYS[5], left)
return 1
