# shellcheck shell=bash
# Shared by the scripts beside it; source it, it is no command.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Colours and lines that update in place are for people at a terminal; a log gets plain lines.
if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
  at_terminal=1 bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m' clear=$'\r\e[K'
else
  at_terminal='' bold='' red='' plain='' clear=''
fi

# Progress goes to standard error: standard output belongs to what was asked for.
say() { printf '%s== %s%s\n' "$bold" "$*" "$plain" >&2; }

# die MESSAGE REMEDY: what is wrong and what to do about it.
die() {
  printf '%serror:%s %s\nremedy: %s\n' "$red" "$plain" "$1" "$2" >&2
  exit "${3:-1}"
}

# Prints the comment at the head of a script, which is its help.
help_of() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$1"; }

# progress PERCENT TEXT: one updating line at a terminal, else a line each ten per cent.
progress_shown=-1
progress() {
  if [ "$at_terminal" ]; then
    printf '%s%3d %%  %.60s' "$clear" "$1" "$2" >&2
  elif (($1 / 10 != progress_shown / 10 || progress_shown < 0)); then
    printf '   %3d %%  %s\n' "$1" "$2" >&2
  fi
  progress_shown=$1
}
progress_end() {
  printf '%s' "$clear" >&2
  progress_shown=-1
}

# build PRESET [TARGET]: configures and builds; shows compact progress, and all that a failed step says.
build() {
  local preset=$1 target=${2:-} status=0
  local log=$repository/build/$preset-configure.log
  say "build ($preset)"
  mkdir -p "$repository/build"
  if ! (cd "$repository" && cmake --preset "$preset") >"$log" 2>&1; then
    cat "$log" >&2
    die "the build could not be configured" "see above; after a change of compiler or packages: rm -r build/$preset"
  fi

  # Ninja says "[done/all] step"; anything else it prints is a warning or an error and is passed on.
  local line
  (cd "$repository" && NINJA_STATUS='[%f/%t] ' cmake --build --preset "$preset" ${target:+--target "$target"} 2>&1) |
    while IFS= read -r line; do
      if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*)$ ]]; then
        progress $((100 * BASH_REMATCH[1] / BASH_REMATCH[2])) "${BASH_REMATCH[3]}"
      elif [[ $line != "ninja: no work to do."* ]]; then
        progress_end
        printf '%s\n' "$line" >&2
      fi
    done || status=$?
  progress_end
  [ "$status" = 0 ] || die "the build failed" "see the first error above"
}

# supervise COMMAND...: runs it, passes INT and TERM on to it, waits until it has ended, returns its status. Without
# this bash would handle a TERM that reached only itself after the command has ended by itself.
supervise() {
  local child status=0
  "$@" <&0 &
  child=$!
  # TERM in both cases: bash makes its background commands ignore INT.
  # shellcheck disable=SC2064 # This child, now.
  trap "kill -TERM $child 2>/dev/null || true" INT TERM HUP
  while :; do
    status=0
    wait "$child" || status=$?
    # A wait that a signal broke off says nothing of the child: it may still be clearing up.
    kill -0 "$child" 2>/dev/null || break
  done
  trap - INT TERM HUP
  return "$status"
}
