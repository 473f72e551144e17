#!/bin/sh
# Feeds the board /home: a day of samples that a home could have sent, then one more sample of each kind every 30 seconds.
# Everything is curl and awk (feed.sh has the functions); take it apart and send your own values.
#
#   sh home.sh [http://localhost:3000/lp]        LP_WRITE_TOKEN is sent if it is set
set -eu
cd "$(dirname "$0")"
U=${1:-http://localhost:3000/lp}
. ./feed.sh
step=300

# A daily curve for each room: cold before sunrise, warm in the afternoon, other weather each day, and a little noise.
temperatures() {
  awk -v from="$1" -v to="$2" -v step=$step -v east="$east" 'BEGIN {
    rooms = split("Kitchen Living_room Bedroom Outside", room, " ")
    split("22.6 21.8 20.1 7.2", base, " "); split("2.1 1.7 1.4 3.4", swing, " ")
    for (t = from; t <= to; t += step) for (i = 1; i <= rooms; i++) {
      hour = (t + east) % 86400 / 3600
      value = base[i] + swing[i] * sin((hour - 10) / 24 * 6.2832) + 0.8 * sin(t / 60000 + i) + 0.12 * sin(t / 700 + i * 5) + 0.08 * sin(t / 190 + i)
      name = room[i]; sub("_", " ", name)
      printf "{\"value\":%.1f,\"labels\":{\"room\":\"%s\"},\"time\":%d000}\n", value, name, t
    }
  }'
}
# Energy since midnight, in kWh. Yesterday is needed too: the board compares the two.
energy() {
  awk -v from="$1" -v to="$2" -v step=$step -v east="$east" 'BEGIN {
    for (t = from; t <= to; t += step) {
      hour = (t + east) % 86400 / 3600
      used = 0.28 * hour + 2.2 / (1 + exp(7.2 - hour)) + 3.6 / (1 + exp((18.6 - hour) * 1.1))
      if (int((t + east) / 86400) % 2) used *= 1.17
      printf "{\"value\":%.2f,\"time\":%d000}\n", used, t
    }
  }'
}
# One line for each change: seconds ago, what, state, a remark, and a level.
changes() {
  while IFS='|' read -r ago key state text level; do
    printf '{"key":"%s","title":"%s","text":"%s%s",%s"time":%s000}\n' "$key" "$key" "$state" "${text:+, $text}" "${level:+\"level\":\"$level\",}" $(($1 - ago))
  done
}
heating() {
  while read -r ago room state; do
    printf '{"labels":{"room":"%s"},"state":"%s","time":%s000}\n' "$(echo "$room" | tr _ ' ')" "$state" $(($1 - ago))
  done
}

describe home.temperature '{"label":"Rooms","unit":"celsius","decimals":1,"ttl":900,"retain":3500}'
describe home.energy '{"label":"Energy today","unit":"kWh","decimals":1,"ttl":900,"retain":6500,"history":"3d"}'
describe home.doors '{"label":"Doors and windows","retain":40}'
describe home.heating '{"label":"Heating","retain":60,"states":"on:none,off:none"}'

now=$began
if [ -z "$(newest home.doors)" ]; then
  changes "$now" <<'EVENTS' | post home.doors
77400|Front door|opened|code 2, key 2
76200|Front door|closed|night lock
73800|Bedroom window|closed|
71400|Kitchen window|closed|
37800|Garage|open 30 min|nobody closed it|warning
36000|Garage|closed|
8100|Front door|opened|code 4, key 1
7800|Front door|closed|
2700|Front door|opened|code 4, key 1
2640|Front door|closed|
720|Bedroom window|open|heating is on|critical
EVENTS
  heating "$now" <<'STATES' | post home.heating
86400 Living_room on
80640 Living_room off
67680 Living_room on
61200 Living_room off
40320 Living_room on
34560 Living_room off
14880 Living_room on
6600 Living_room off
2880 Living_room on
86400 Bedroom off
68400 Bedroom on
64200 Bedroom off
19380 Bedroom on
13980 Bedroom off
720 Bedroom on
86400 Bath off
66600 Bath on
61200 Bath off
39600 Bath on
36700 Bath off
17280 Bath on
11880 Bath off
STATES
fi
temperatures "$(from home.temperature $step)" "$now" | post home.temperature
energy "$(from home.energy $step 2)" "$now" | post home.energy
echo "home: a day of data is there; one more sample every 30 seconds (Ctrl+C ends this)"

while sleep 30; do
  now=$(date +%s)
  temperatures "$now" "$now" | post home.temperature || true
  energy "$now" "$now" | post home.energy || true
done
