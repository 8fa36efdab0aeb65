-- SPDX-License-Identifier: Apache-2.0
-- Requests for wrk. What is asked for comes from the environment (bench/load.py): TOKEN, IDS (a file of
-- "id version" lines), DELAY_MS and STEPS (a file of "weight<TAB>method<TAB>path<TAB>body" lines). In path and body
-- {id} is a random id and {n} a number that never comes again. A PATCH sends If-Match with the version
-- that the last answer about this record had.

local headers = {
  ["Authorization"] = "Bearer " .. (os.getenv("TOKEN") or ""),
  ["Content-Type"] = "application/json",
}
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local function lines(path)
  local list = {}
  for line in io.lines(path) do list[#list + 1] = line end
  return list
end

local function read_ids()
  ids, versions, next_id = {}, {}, 0
  for _, line in ipairs(lines(os.getenv("IDS"))) do
    local id, version = line:match("(%S+) (%d+)")
    ids[#ids + 1] = id
    versions[id] = version
  end
end

-- A step without places to fill is formatted once.
local function read_step(line)
  local weight, method, path, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
  local step = { weight = tonumber(weight), method = method, path = path, body = body }

  if (path .. body):find("{id}", 1, true) == nil and (path .. body):find("{n}", 1, true) == nil then
    step.ready = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
  return step
end

local function on_answer(status, _, body)
  local id, version = body:match('"id":"([^"]+)"'), body:match('"version":(%d+)}}?$')
    or body:match('"version":(%d+)')
  if status == 200 and id and version and versions[id] then versions[id] = version end
end

function init()
  math.randomseed(os.time() + number * 7919)
  read_ids()
  steps, total, count = {}, 0, 0
  base = os.time() % 1000000 * 10000000
  for _, line in ipairs(lines(os.getenv("STEPS"))) do
    local step = read_step(line)
    total = total + step.weight
    steps[#steps + 1] = step
    -- Looking into answers costs the generator much, so it is done for updates only.
    if step.method == "PATCH" then response = on_answer end
  end
end

local function choose()
  local at = math.random() * total
  for _, step in ipairs(steps) do
    at = at - step.weight
    if at < 0 then return step end
  end
  return steps[#steps]
end

-- Updates go round, so that no record has two on their way.
local function choose_id(step)
  if step.method ~= "PATCH" then return ids[math.random(#ids)] end
  next_id = next_id % #ids + 1
  return ids[next_id]
end

local function filled(step, id)
  local own = headers
  local path, body = step.path:gsub("{id}", id), step.body

  count = count + 1
  path = path:gsub("{n}", base + count)
  body = body:gsub("{id}", id):gsub("{n}", base + count)
  if step.method == "PATCH" then
    own = { ["If-Match"] = '"v' .. versions[id] .. '"' }
    for name, value in pairs(headers) do own[name] = value end
  end
  return wrk.format(step.method, path, own, body ~= "" and body or nil)
end

function request()
  local step = choose()
  return step.ready or filled(step, choose_id(step))
end

-- For loads that keep a pace rather than go as fast as they can.
local delay_ms = tonumber(os.getenv("DELAY_MS") or "0")
if delay_ms > 0 then
  function delay() return delay_ms end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "BENCH requests=%d us=%d status=%d socket=%d p50=%.3f p90=%.3f p99=%.3f max=%.3f\n",
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(90) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000))
end
