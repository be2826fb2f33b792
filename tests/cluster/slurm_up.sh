#!/usr/bin/env bash
# slurm_up.sh FOLDER N: a SLURM of its own on the hosts of hosts_up.sh: controller on host1, one slurmd a host, two CPUs and
# two GPUs (in name only) each. Key, sockets, state and logs lie in FOLDER. Not here: hosts, jobs.
# Clients need SLURM_CONF=FOLDER/slurm.conf and run on a host: FOLDER/on host1 sbatch ...
set -euo pipefail
folder=$1 n=$2
mkdir -p "$folder"/{log,state,run,spool,tmp}
chmod 755 "$folder" "$folder/run"

(umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
munged --force --key-file="$folder/munge.key" --socket="$folder/run/munge.socket" --pid-file="$folder/run/munged.pid" \
  --log-file="$folder/log/munged.log" --seed-file="$folder/state/munge.seed" >/dev/null 2>&1 </dev/null

{
  # cred_expire: how long a requeued job waits before it may start again, and how long a start may take.
  cat <<EOS
ClusterName=hosts
SlurmctldHost=host1
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.socket,cred_expire=10
CredType=cred/munge
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd-%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd-%n.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
TmpFS=$folder/tmp/%n
SwitchType=switch/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=10000
KillWait=30
GresTypes=gpu
PropagateResourceLimits=NONE
EOS
  for i in $(seq "$n"); do echo "NodeName=host$i NodeAddr=10.77.0.$i CPUs=2 RealMemory=2000 Gres=gpu:2"; done
  echo "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO"
} >"$folder/slurm.conf"
for i in 0 1; do mknod "$folder/run/gpu$i" c 1 3; done
echo "Name=gpu File=$folder/run/gpu[0-1]" >"$folder/gres.conf"

export SLURM_CONF=$folder/slurm.conf
"$folder/on" host1 slurmctld -i >/dev/null 2>&1 </dev/null
for i in $(seq "$n"); do
  mkdir -p "$folder/spool/host$i" "$folder/tmp/host$i"
  "$folder/on" "host$i" slurmd >/dev/null 2>&1 </dev/null
done
for _ in $(seq 200); do
  [ "$("$folder/on" host1 sinfo -h -t idle -o %D 2>/dev/null)" = "$n" ] && exit 0
  sleep 0.1
done
echo "slurm_up: $n hosts are not idle after 20 s:" >&2
"$folder/on" host1 sinfo >&2 || true
tail -n 5 "$folder"/log/*.log >&2
exit 1
