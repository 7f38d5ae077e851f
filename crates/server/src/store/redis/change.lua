-- ARGV: lease, settle, what listeners are told, how many marks a write begins with, how many a write ends with; then these,
-- then those that are invalidated. Gives the place of what listeners are told, 0 where that is nothing.
prepare()
local lease, settle, told = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local begins = 7 + tonumber(ARGV[6])
local ends = begins + tonumber(ARGV[7])
n = n + 1
redis.call('HSET', seq, 'n', n)
for i = 8, #ARGV do
  local mark = ARGV[i]
  local _, writers, until_, settled = record(mark)
  if i <= begins then
    if now >= until_ then writers = 0 end
    writers, until_ = writers + 1, math.max(until_, now + lease)
  elseif i <= ends then
    writers = math.max(writers - 1, 0)
  else
    settled = math.max(settled, now + settle)
  end
  write(mark, n, writers, until_, settled)
end
local x = 0
if told ~= '' then
  x = redis.call('HINCRBY', seq, 'x', 1)
  redis.call('XADD', feed, 'MAXLEN', '10000', string.format('%d-1', x), 't', told)
  redis.call('PEXPIRE', feed, keep * 3)
  redis.call('PUBLISH', feed, string.format('%s-%d %s', epoch, x, told))
end
return { epoch, x }
