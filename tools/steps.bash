# What tools/demo and tools/check share: running one step after another, each with its output in a log and a line that
# tells how it goes. Sourced by bash; works in any current directory. The log of a step is build/logs/NAME.log.
# shellcheck shell=bash

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$top/build/logs

# Ninja's count of what is done, for example [12/345]; nothing if the step is not a build.
progress_of() {
  tail -c 4096 "$1" | tr '\r' '\n' | grep -o '^\[[0-9]*/[0-9]*\]' | tail -n 1
}

# Tells how the running step goes: on a terminal in a line that replaces itself, elsewhere every 30 seconds.
show_progress() {
  local title=$1 log=$2 seconds=$3
  if [ -t 1 ]; then
    printf '\r\033[K%s ... %d s %s' "$title" "$seconds" "$(progress_of "$log")"
  elif [ "$seconds" -gt 0 ] && [ $((seconds % 30)) -eq 0 ]; then
    printf '%s ... %d s %s\n' "$title" "$seconds" "$(progress_of "$log")"
  fi
}

# Waits for a process, telling once a second how it goes.
watch_step() {
  local pid=$1 title=$2 log=$3 begun=$SECONDS shown=-1
  while kill -0 "$pid" 2>/dev/null; do
    [ "$SECONDS" -eq "$shown" ] || show_progress "$title" "$log" $((SECONDS - begun))
    shown=$SECONDS
    sleep 0.2
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
}

# The end of a log, without the tests that passed.
end_of() {
  grep -vE '^ *Start +[0-9]+: |^ *[0-9]+/[0-9]+ Test .* Passed ' "$1" | tail -n 120 | sed 's/^/    /'
}

# step NAME TITLE COMMAND...: runs the command in the project's folder and returns its exit status. If it fails, shows the
# end of the log and where all of it is.
step() {
  local log=$logs/$1.log title=$2 status=0 begun=$SECONDS pid
  shift 2
  mkdir -p "$logs"
  set -m # gives the step a process group, so that all of it ends with us
  (cd "$top" && "$@") >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  # shellcheck disable=SC2064
  trap "kill -- -$pid; exit 130" INT TERM
  watch_step "$pid" "$title" "$log"
  wait "$pid" || status=$?
  trap - INT TERM
  if [ "$status" -eq 0 ]; then
    printf '%s: done in %d s\n' "$title" $((SECONDS - begun))
    return 0
  fi
  printf '%s: FAILED after %d s. The end of the log:\n\n' "$title" $((SECONDS - begun))
  end_of "$log"
  printf '\nAll of it is in %s\n' "$log"
  return "$status"
}
