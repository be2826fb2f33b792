#!/usr/bin/env bash
# Runs pacbench on all ranks, hands signals on to them, says what an end means, requeues an interrupted job. Sourced by the
# job scripts; `jobs/launch.sh BENCHMARK ..` does the same without SLURM. Not here: what is particular to a site (env.sh).
signalled='' ending='' # a signal came; it asks for the job's end
trap 'signalled=1' USR1 # whenever it comes, until the end: by default it would end this script before the job is requeued
PACBENCH_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=env.sh
. "$PACBENCH_ROOT/jobs/env.sh"

# load_modules: ends the script with 2 where one cannot be loaded. Sites' functions do not bear the caller's `set -eu`.
load_modules() {
  local flags=$- status=0
  set +eu
  # shellcheck disable=SC2086
  module load $PACBENCH_MODULES
  status=$?
  case $flags in *e*) set -e ;; esac
  case $flags in *u*) set -u ;; esac
  [ "$status" -eq 0 ] && return
  echo "pacbench: PACBENCH_MODULES: 'module load $PACBENCH_MODULES' ended with status $status; see jobs/env.sh" >&2
  exit 2
}
[ -z "$PACBENCH_MODULES" ] || load_modules

# find_program: the program's path; fails with one line where it is not there.
find_program() {
  local candidate candidates=("$PACBENCH_ROOT/build/release/pacbench" "$PACBENCH_ROOT/../../bin/pacbench" pacbench)
  [ -z "$PACBENCH" ] || candidates=("$PACBENCH")
  for candidate in "${candidates[@]}"; do
    type -P -- "$candidate" && return
  done
  echo "pacbench: PACBENCH: ${candidates[0]} is no program; build it, or say in jobs/env.sh where it is" >&2
  return 1
}

# end_mpirun_without_ranks PID: mpirun waits for ever for the word of a host that it cannot reach any more. Once its ranks on
# this host have ended and it has not, 7 s later, this kills it; the daemons on the other hosts end without it. A rank is a
# child that was seen with Open MPI's number of a rank, whatever program it has become since; where none is seen (no rank
# runs on this host) nothing is killed.
end_mpirun_without_ranks() {
  local misses=-1 ranks=' ' pid state alive
  while [ "$misses" -lt 7 ]; do
    sleep 1
    alive=
    while read -r pid state; do
      case $state in Z*) continue ;; esac
      case $ranks in
        *" $pid "*) ;;
        *)
          grep -qzs '^OMPI_COMM_WORLD_RANK=' "/proc/$pid/environ" || continue
          ranks+="$pid " ;;
      esac
      alive=1
    done < <(ps -o pid=,stat= --ppid "$1")
    if [ -n "$alive" ]; then
      misses=0
    elif [ "$misses" -ge 0 ]; then
      misses=$((misses + 1))
    fi
  done
  kill -KILL "$1"
}

# launch WORDS..: pacbench with these words on all ranks. On USR1, TERM, INT and HUP the ranks finish their unit of work and
# save: they get USR1, which srun and mpirun pass on (either kills the ranks when it gets TERM itself). Returns the
# program's exit status, 2 where nothing could be started, 5 where a rank was killed or a host lost; sets `ending` where TERM,
# INT or HUP asks for the job's end. 1 is verification failed, as a line of pacbench says, or a launcher that failed by
# itself, as its own lines say.
launch() {
  local launcher program name status watch=''
  case $PACBENCH_LAUNCHER in
    srun) # shellcheck disable=SC2206
      launcher=(srun $PACBENCH_SRUN_OPTIONS)
      # sbatch's --cpus-per-task does not reach srun by itself. Not for mpirun, whose daemons serve all CPUs of a host.
      [ -z "${SLURM_CPUS_PER_TASK:-}" ] || export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK ;;
    mpirun) # shellcheck disable=SC2206
      launcher=(mpirun $PACBENCH_MPIRUN_OPTIONS) ;;
    *)
      echo "pacbench: PACBENCH_LAUNCHER: '$PACBENCH_LAUNCHER' is no launcher; say srun or mpirun" >&2
      return 2 ;;
  esac
  program=$(find_program) || return 2
  if ! type -P "${launcher[0]}" >/dev/null; then
    echo "pacbench: PACBENCH_LAUNCHER: ${launcher[0]} is not on PATH; load its module (PACBENCH_MODULES in jobs/env.sh)" >&2
    return 2
  fi
  [ -z "${SLURM_CPUS_PER_TASK:-}" ] || export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$SLURM_CPUS_PER_TASK}
  if [ "$PACBENCH_LAUNCHER" = mpirun ]; then
    for name in OMP_NUM_THREADS LD_LIBRARY_PATH PACBENCH_CACHE; do
      [ -z "${!name:-}" ] || launcher+=(-x "$name")
    done
  fi
  # A terminal sends Ctrl-C to all processes of a group; mpirun would kill the ranks. In a session of its own it gets none.
  # Not in a SLURM job, which may be tracked by its processes' group.
  [ -n "${SLURM_JOB_ID:-}" ] || launcher=(setsid "${launcher[@]}")

  local pid=
  trap 'signalled=1; [ -z "$pid" ] || kill -USR1 "$pid" 2>/dev/null' USR1
  trap 'signalled=1; ending=1; [ -z "$pid" ] || kill -USR1 "$pid" 2>/dev/null' TERM INT HUP
  "${launcher[@]}" "$program" "$@" &
  pid=$!
  [ -z "$signalled" ] || kill -USR1 "$pid" # it came before there was a pid
  if [ "$PACBENCH_LAUNCHER" = mpirun ]; then
    end_mpirun_without_ranks "$pid" >/dev/null 2>&1 &
    watch=$!
  fi
  while # a signal ends `wait`, not the launcher
    wait "$pid" 2>/dev/null
    status=$?
    [ -n "$signalled" ]
  do signalled=; done
  trap : USR1
  trap 'ending=1' TERM INT HUP
  [ -z "$watch" ] || kill "$watch" 2>/dev/null

  [ "$status" -eq 138 ] && status=7 # USR1 came before the program was ready for it: nothing is lost
  # scancel sends TERM to mpirun too: it kills the ranks a second later, and says 1.
  [ "$status" -eq 1 ] && [ -n "$ending" ] && [ "$PACBENCH_LAUNCHER" = mpirun ] && status=7
  case $status in
    [0-7]) ;;
    126 | 127)
      echo "pacbench: status $status: $PACBENCH_LAUNCHER or $program cannot be started, or misses a library; see above, and" \
        "PACBENCH_MODULES in jobs/env.sh" >&2
      status=2 ;;
    *)
      echo "pacbench: the launcher ended with status $status: a rank was killed or a host was lost; finished work is kept;" \
        "submit again with --resume and the same --output" >&2
      status=5 ;;
  esac
  return "$status"
}

# requeue: puts this job into the queue again unless it was there often enough.
requeue() {
  local restarts=${SLURM_RESTART_COUNT:-0}
  if [ "$restarts" -ge "$PACBENCH_MAX_REQUEUES" ]; then
    echo "pacbench: interrupted and not requeued: PACBENCH_MAX_REQUEUES is $PACBENCH_MAX_REQUEUES; finished work is kept;" \
      "submit again with --resume and the same --output" >&2
    return
  fi # said first: SLURM ends this script meanwhile
  echo "pacbench: interrupted; the job goes back into the queue (requeue $((restarts + 1)) of at most" \
    "$PACBENCH_MAX_REQUEUES) and will go on where it stands" >&2
  scontrol requeue "$SLURM_JOB_ID" ||
    echo "pacbench: 'scontrol requeue $SLURM_JOB_ID' failed; submit again with --resume and the same --output" >&2
}

# run_job OUTPUT WORDS..: launches with --resume and --output OUTPUT (unless the words say another), so that a job which
# SLURM starts again goes on where it stood; requeues the job when it was interrupted; ends the script. --overwrite among the
# words holds for the job's first start.
run_job() {
  local output=$1 status=0 word keeps='' mode=--resume
  shift
  local words=()
  case ${1:-} in
    '' | -* | list | compare | plan) words=("$@") ;;
    *)
      keeps=1
      for word in "$@"; do
        case $word in
          --resume) continue ;;
          --overwrite)
            [ "${SLURM_RESTART_COUNT:-0}" -gt 0 ] || mode=--overwrite
            continue ;;
          --output | --output=*) output= ;;
        esac
        words+=("$word")
      done
      words+=("$mode")
      [ -z "$output" ] || words+=(--output "$output") ;;
  esac
  launch "${words[@]}" || status=$?
  if [ "$status" -eq 7 ] && [ -z "$ending" ] && [ -n "${SLURM_JOB_ID:-}" ]; then
    if [ -n "$keeps" ]; then
      requeue
    else
      echo "pacbench: interrupted; it keeps nothing to go on with: submit it again" >&2
    fi
  fi
  exit "$status"
}

[ "${BASH_SOURCE[0]}" != "$0" ] || { launch "$@"; exit; }
