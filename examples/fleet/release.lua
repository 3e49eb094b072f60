-- Books what became of a request. From now on it counts from this moment: the
-- server has judged it by then. A lease that had run out is put right.
local all, checks, invalid, leases, pauses, guard = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local id, mistake, event, window = ARGV[1], ARGV[2] == '1', ARGV[3], tonumber(ARGV[4])
local granted, check, mistakes = ARGV[6] == '1', ARGV[7] == '1', tonumber(ARGV[8])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000) + tonumber(ARGV[5])

redis.call('ZREMRANGEBYSCORE', invalid, '-inf', '(' .. now - window)
local dead = redis.call('ZREM', invalid, id .. ':dead')
if dead == 1 and redis.call('ZCARD', invalid) < mistakes then
  redis.call('HDEL', guard, 'held')
end
if redis.call('ZREM', leases, id) + dead == 0 then
  if not granted or redis.call('ZSCORE', all, id) then
    return 0 -- booked before, or never under way
  end
  redis.call('ZADD', all, now, id) -- Redis has lost its data meanwhile
  if check then
    redis.call('ZADD', checks, now, id)
  end
end
redis.call('ZADD', all, 'XX', now, id)
redis.call('ZADD', checks, 'XX', now, id)
-- The mistakes within the budget cost nothing. For each one beyond, WAPI blocks
-- the address, a minute longer each time: everything is held back for that, and
-- a minute of margin.
if mistake then
  redis.call('ZADD', invalid, now, id)
  local beyond = redis.call('ZCARD', invalid) - mistakes
  if beyond >= 0 then
    redis.call('HSET', guard, 'held', now + math.min((beyond + 1) * 60000, window))
  end
end

-- Each refusal within an hour of the last pause doubles it. One within a pause
-- of the budgets was sent before that and says nothing new; within a block
-- WAPI too counts each.
local pause = event == 'blocked' and guard or pauses
local ends = tonumber(redis.call('HGET', pause, event)) or 0
if event == 'blocked' or event ~= '' and now >= ends then
  if now - ends >= window then
    redis.call('HDEL', pause, event .. '-times')
  end
  local times = redis.call('HINCRBY', pause, event .. '-times', 1)
  redis.call('HSET', pause, event, now + math.min(60000 * 2 ^ math.min(times - 1, 6), window))
end
for _, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, 2 * window)
end
return 1
