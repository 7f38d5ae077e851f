-- KEYS[5]: the head of an entry.
local head = redis.call('HMGET', KEYS[5], 'e', 'n', 'm', 'h', 'b')
if not head[1] or head[1] ~= epoch or not whole() then return false end
local asked = tonumber(head[2])
if not all(head[3], function(number) return number <= asked end) then
  redis.call('UNLINK', KEYS[5])
  return false
end
return { epoch, n, redis.call('PTTL', KEYS[5]), head[3], head[4], head[5] }
