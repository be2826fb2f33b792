#!/usr/bin/env bash
# hosts_up.sh FOLDER N: hosts host1 .. hostN on one machine, each a network, UTS and mount namespace with its own name,
# address 10.77.0.I and /dev/shm, joined by a bridge; there is no way out of it. Needs root. Not here: SLURM (slurm_up.sh).
# Leaves in FOLDER: `on HOST COMMAND ..` (ssh's calling form, so it serves mpirun too), `pids`, `hostfile`.
# The hosts last as long as the processes in `pids`; cluster.py keeps them in a PID namespace that ends with the test.
set -euo pipefail
folder=$1 n=$2

: >"$folder/pids"
: >"$folder/hostfile"
echo "127.0.0.1 localhost" >"$folder/hosts"
for i in $(seq "$n"); do echo "10.77.0.$i host$i" >>"$folder/hosts"; done

# Daemons get no pipe of the caller's: who waits for its end would wait for theirs.
hold() { # NAME COMMAND..: a process whose namespaces are called NAME
  local name=$1
  shift
  unshare "$@" >"$folder/hold-$name.log" 2>&1 </dev/null &
  echo "$name $!" >>"$folder/pids"
  held=$!
  for _ in $(seq 500); do
    [ -e "$folder/ready-$name" ] && return
    sleep 0.01
  done
  echo "hosts_up: $name did not come up: $(cat "$folder/hold-$name.log")" >&2
  exit 1
}

hold switch -n bash -c 'touch "$1/ready-switch"; exec sleep infinity' _ "$folder"
switch=$held
nsenter -t "$switch" -n ip link add br0 type bridge
nsenter -t "$switch" -n ip link set br0 up
for i in $(seq "$n"); do
  hold "host$i" -n -u -m --propagation private bash -c '
    hostname "$2"; mount --bind "$1/hosts" /etc/hosts; mount -t tmpfs tmpfs /dev/shm; touch "$1/ready-$2"
    exec sleep infinity' _ "$folder" "host$i"
  nsenter -t "$switch" -n ip link add "port$i" type veth peer name eth0 netns "$held"
  nsenter -t "$switch" -n ip link set "port$i" master br0 up
  nsenter -t "$held" -n ip link set lo up
  nsenter -t "$held" -n ip addr add "10.77.0.$i/24" dev eth0
  nsenter -t "$held" -n ip link set eth0 up
  echo "host$i slots=2" >>"$folder/hostfile"
done

cat >"$folder/on" <<EOS
#!/bin/bash
pid=\$(awk -v host="\$1" '\$1 == host {print \$2}' "$folder/pids")
[ -n "\$pid" ] || { echo "on: no host \$1" >&2; exit 255; }
shift
exec nsenter -t "\$pid" -n -u -m -- /bin/bash -c "cd '\$PWD' && \$*"
EOS
chmod +x "$folder/on"
