-- Asks for users in a random order that is the same in every run.
-- Arguments: the method, and a file with one username a line, or a username and the sync token to send.

local requests = {}

function init(arguments)
  math.randomseed(20261121)
  local method, file = arguments[1], arguments[2]
  for line in io.lines(file) do
    local username, token = line:match("^(%S+) ?(%S*)$")
    local headers, body
    if token ~= "" then
      headers = { ["Sync-Token"] = token }
    end
    if method == "PUT" then
      body = string.format('{"dateOfBirth":"19%02d-%02d-%02d"}', math.random(10, 99), math.random(1, 12), math.random(1, 28))
    end
    requests[#requests + 1] = wrk.format(method, "/hello/" .. username, headers, body)
  end
end

function request()
  return requests[math.random(#requests)]
end

-- One line that a program can read.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("\nresult %d %d %d %d %d %d\n", summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
