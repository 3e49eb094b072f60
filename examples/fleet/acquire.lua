-- Takes one request from an account's budgets, or returns how long to wait.
-- All times are milliseconds of Redis's own clock, so that workers need not
-- agree on theirs. It is safe to run twice with one id.
local all, checks, invalid, leases, pauses, guard = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local account, availability, mistakes = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local reserve, check, id, lease, window = tonumber(ARGV[4]), ARGV[5] == '1', ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000) + tonumber(ARGV[9])

if redis.call('ZSCORE', leases, id) then
  return {'ok', 0, ''}
end

for _, key in ipairs({all, checks, invalid}) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. now - window)
end

-- A worker that died took the outcome with it: it counts as a mistake, and
-- holds the others back like one (see release.lua).
for _, dead in ipairs(redis.call('ZRANGE', leases, '-inf', now, 'BYSCORE')) do
  local ended = redis.call('ZSCORE', leases, dead)
  redis.call('ZADD', invalid, ended, dead .. ':dead')
  redis.call('ZREM', leases, dead)
  local beyond = redis.call('ZCARD', invalid) - mistakes
  if beyond >= 0 then
    redis.call('HSET', guard, 'held', ended + math.min((beyond + 1) * 60000, window))
  end
end
local made = redis.call('ZCARD', invalid)

local wait, why, cause = 0, 'ok', ''
local function later(at, verdict, reason)
  at = tonumber(at) or 0
  if at > now and at - now > wait then
    wait, why, cause = at - now, verdict, reason
  end
end

-- When a window holds fewer than budget events.
local function free(key, budget)
  local over = redis.call('ZCARD', key) - budget
  if over < 0 then
    return 0
  elseif budget <= 0 then
    return now + window
  end
  return redis.call('ZRANGE', key, over, over, 'WITHSCORES')[2] + window + 1
end

-- The part of a budget that this request may draw on: a reserve leaves half.
local function open(budget)
  return budget - math.min(math.max(reserve, 0), math.floor(budget / 2))
end

later(redis.call('HGET', guard, 'blocked'), 'blocked', 'WAPI blocks this address for too many invalid requests (2052), as far as is known')
later(redis.call('HGET', guard, 'held'), 'blocked', made .. ' invalid requests within an hour, and WAPI blocks an address for more than ' .. mistakes .. ': held back')
later(redis.call('HGET', pauses, 'limited'), 'limited', "WAPI said that the account's requests are spent (2006): waiting")
later(free(all, open(account)), 'limited', "the account's " .. open(account) .. ' requests an hour are spent')
if check then
  later(redis.call('HGET', pauses, 'checked'), 'limited', "WAPI said that the account's availability requests are spent (2250, 2252): waiting")
  later(free(checks, open(availability)), 'limited', "the account's " .. open(availability) .. ' availability requests an hour are spent')
end
if why ~= 'ok' then
  return {why, wait, cause}
end
local underWay = redis.call('ZCARD', leases)
if underWay >= math.max(mistakes - made, 1) then
  return {'lent', redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')[2] - now,
    underWay .. ' requests are under way, and more mistakes than that could block the address: waiting for one to end'}
end

-- Until it is done, a request counts as if it reached the server at the last
-- moment that it can.
redis.call('ZADD', leases, now + lease, id)
redis.call('ZADD', all, now + lease, id)
if check then
  redis.call('ZADD', checks, now + lease, id)
end
for _, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, 2 * (window + lease))
end
return {'ok', 0, ''}
