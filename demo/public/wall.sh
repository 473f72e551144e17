#!/bin/sh
# Feeds the board /wall: a day of checks of twelve services, an error rate, deploys and who is on call; then one more check
# of each service every 30 seconds. Everything is curl and awk (feed.sh has the functions); send your own checks instead.
#
#   sh wall.sh [http://localhost:3000/lp]        LP_WRITE_TOKEN is sent if it is set
set -eu
cd "$(dirname "$0")"
U=${1:-http://localhost:3000/lp}
. ./feed.sh
step=300
start=$began

# A check of each service: seconds before the start of this script at which it was not up. At most one trouble at a time.
checks() {
  awk -v from="$1" -v to="$2" -v step=$step -v start="$start" '
    function trouble(service, ago) {
      if (service == "db-1" && ago < 660) return "down"
      if (service == "db-1" && ago < 1500) return "slow"
      if (service == "queue" && ago < 1200) return "slow"
      if (service == "queue" && ago > 64000 && ago < 65300) return "slow"
      if (service == "web" && ago > 10800 && ago < 13200) return "down"
      if (service == "web" && ago > 13200 && ago < 14700) return "slow"
      if (service == "api" && ago > 30000 && ago < 31000) return "slow"
      if (service == "auth" && ago > 9000 && ago < 10000) return "slow"
      if (service == "auth" && ago > 31500 && ago < 34000) return "slow"
      if (service == "search" && ago > 67000 && ago < 68000) return "slow"
      if (service == "mail" && ago > 52000 && ago < 53000) return "slow"
      if (service == "ci" && ago > 38000 && ago < 40500) return "slow"
      return "up"
    }
    # What is told of a service that is not up now.
    function message(service, ago) {
      if (service == "db-1" && ago < 660) return "refused, Team Blue is on it"
      if (service == "queue" && ago < 1200) return "2,410 jobs waiting, limit 500"
    }
    BEGIN {
      services = split("api auth billing search mail cdn db-1 db-2 queue web docs ci", service, " ")
      for (t = from; t <= to; t += step) for (i = 1; i <= services; i++)
      {
        text = message(service[i], start - t)
        if (text) text = ",\"message\":\"" text "\""
        printf "{\"status\":\"%s\"%s,\"labels\":{\"service\":\"%s\"},\"time\":%d000}\n", trouble(service[i], start - t), text, service[i], t
      }
    }'
}
# The share of requests that failed, in percent: a peak while web was down, and a rise since db-1 is slow.
errors() {
  awk -v from="$1" -v to="$2" -v step=$step -v start="$start" 'BEGIN {
    for (t = from; t <= to; t += step) {
      ago = start - t
      rate = 0.55 + 0.25 * sin(t / 9000) + 0.1 * sin(t / 611) + 0.06 * sin(t / 173)
      if (ago > 10500 && ago < 13800) rate += 5.2 * exp(-((ago - 12000) / 900) ^ 2)
      if (ago < 1500) rate += 1.7 * (1500 - (ago > 0 ? ago : 0)) / 1500
      printf "{\"value\":%.2f,\"time\":%d000}\n", rate, t
    }
  }'
}
# One deploy a line: seconds ago, what, state, team.
deploys() {
  while IFS='|' read -r ago what state team; do
    printf '{"title":"%s","status":"%s","author":"%s","text":"%s","time":%s000}\n' "$what" "$state" "$team" "$state, $team" $((start - ago))
  done
}

describe wall.services '{"label":"Services","ttl":900,"retain":3500,"states":"up:ok,slow:warn,down:danger"}'
describe wall.errors '{"label":"Error rate","unit":"percent","decimals":1,"ttl":900,"retain":3500,"warn":2,"danger":4,"min":0}'
describe wall.deploys '{"label":"Deploys","retain":100,"states":"live:ok,failed:danger"}'
describe wall.oncall '{"label":"On call","retain":10}'

if [ -z "$(newest wall.deploys)" ]; then
  deploys <<'EVENTS' | post wall.deploys
75600|web 2.1|live|team-d
68400|api 8.1|live|team-c
41400|web 2.2|failed|team-b
39600|web 2.3|live|team-b
2520|web 2.4|live|team-a
EVENTS
  printf '{"items":[{"label":"Now","value":"Team Blue"},{"label":"Until","value":"Tue 08:00"},{"label":"Phone","value":"+49 30 1234"},{"label":"Accepted","value":"db-1"},{"label":"Next","value":"Team Green"}],"time":%s000}\n' \
    $((start - 30000)) | post wall.oncall
fi
checks "$(from wall.services $step)" "$start" | post wall.services
errors "$(from wall.errors $step)" "$start" | post wall.errors
echo "wall: a day of data is there; one more check every 30 seconds (Ctrl+C ends this)"

while sleep 30; do
  now=$(date +%s)
  checks "$now" "$now" | post wall.services || true
  errors "$now" "$now" | post wall.errors || true
done
