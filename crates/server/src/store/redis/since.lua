-- ARGV: epoch and number of a cursor; empty: that of now.
prepare()
local last = tonumber(redis.call('HGET', seq, 'x'))
local from = tonumber(ARGV[4]) or last
local events = {}
local complete = (ARGV[3] == '' or ARGV[3] == epoch) and from <= last
if complete then
  for _, event in ipairs(redis.call('XRANGE', feed, string.format('%d-1', from + 1), '+')) do
    events[#events + 1] = event[2][2]
  end
  complete = #events == last - from
end
return { epoch, last, complete and 1 or 0, complete and events or {} }
