#!/usr/bin/env python3
"""Checks `pacbench plan` against runs: what it predicts from one rank beside what more ranks take.

    check_plan.py --pacbench BINARY [--mpirun "mpirun -np"] [--rounds 5] [--target 20] [--no-network]

Shared cores: comodulograms on 1, 2 and 4 ranks of one thread each, in turns; each round's run on one rank predicts the
wall time of the others. Network: hosts made of network namespaces (root only, says so otherwise), the links limited to
200 Mbit a second by tc, large results: the gather is predicted from one rank and from the link's rate alone. Figures
are medians over rounds. Prints one table; exit status 0: every error is within --target per cent, 1: one is not, 2:
the program failed. It takes two minutes.
"""
import argparse
import json
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROW = "{:<34} {:>5} {:<9} {:>12} {:>12} {:>8} {:>8}"
RATE_MBIT = 200
NET = "10.78.0"
ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_mpi_yield_when_idle": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
SHARED_CORES = {
    "no surrogates": ("--batch-size", "8"),
    "50 surrogates, 37 rows": ("--batch-size", "37", "--n-channels", "1", "--n-perm", "50"),
}
LARGE_RESULTS = ("--batch-size", "16", "--seq-sec", "1", "--distributions")


class Hosts:
    """Hosts h1, h2, .. in namespaces of their own, joined by a switch; links limited in both directions."""

    def __init__(self, folder, count):
        self.folder, self.processes, self.pids = pathlib.Path(folder), [], {}
        try:
            self.make(count)
        except BaseException:
            self.remove()
            raise

    def make(self, count):
        """Namespaces live as long as the sleeping process in each."""
        names = "".join(f"{NET}.{i} h{i}\n" for i in range(1, count + 1))
        (self.folder / "hosts").write_text("127.0.0.1 localhost\n" + names)
        switch = self.sleep("-n", "true")
        self.within(switch, "ip link add br0 type bridge && ip link set br0 up")
        limit = f"root tbf rate {RATE_MBIT}mbit burst 64kb latency 50ms"
        for i in range(1, count + 1):
            host = self.sleep("-n", "-u", "-m", "--propagation", "private",
                              f"hostname h{i} && mount --bind {self.folder}/hosts /etc/hosts && "
                              "mount -t tmpfs tmpfs /dev/shm")
            self.pids[f"h{i}"] = host
            self.within(switch, f"ip link add v{i} type veth peer name eth0 netns {host} && "
                                f"ip link set v{i} master br0 up && tc qdisc add dev v{i} {limit}")
            self.within(host, f"ip link set lo up && ip addr add {NET}.{i}/24 dev eth0 && ip link set eth0 up && "
                              f"tc qdisc add dev eth0 {limit}")
        agent = self.folder / "on"
        cases = "".join(f"{name}) pid={pid};; " for name, pid in self.pids.items())
        agent.write_text(f'#!/bin/bash\ncase "$1" in {cases}*) exit 255;; esac\nshift\n'
                         'exec nsenter -t "$pid" -n -u -m -- /bin/bash -c "cd \'$PWD\' && $*"\n')
        agent.chmod(0o755)

    def sleep(self, *words):
        """A process with namespaces of its own that has run the last word and sleeps; its id."""
        ready = self.folder / f"ready{len(self.processes)}"
        command = ["unshare", *words[:-1], "bash", "-c", f"{words[-1]} && touch {ready} && exec sleep infinity"]
        self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                               stderr=subprocess.PIPE, text=True))
        until = time.monotonic() + 10
        while not ready.exists():
            if self.processes[-1].poll() is not None or time.monotonic() > until:
                raise OSError(f"{shlex.join(command[:5])}: {self.processes[-1].stderr.read().strip() or 'no answer'}")
            time.sleep(0.01)
        return self.processes[-1].pid

    @staticmethod
    def within(pid, line):
        """Runs a shell line with the network of a process."""
        done = subprocess.run(["nsenter", "-t", str(pid), "-n", "bash", "-c", line], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise OSError(f"{line}: {done.stderr.strip()}")

    def remove(self):
        """Networks go with their last process."""
        for process in self.processes:
            process.kill()
            process.wait()

    def launcher(self, n):
        """The words before the program on the first n hosts, one rank each."""
        hosts = ",".join(f"h{i}:1" for i in range(1, n + 1))
        settings = {**ENVIRONMENT, "OMPI_MCA_plm": "rsh", "OMPI_MCA_plm_rsh_agent": str(self.folder / "on"),
                    "OMPI_MCA_plm_rsh_no_tree_spawn": "1", "OMPI_MCA_btl": "tcp,vader,self",
                    "OMPI_MCA_btl_tcp_if_include": f"{NET}.0/24", "OMPI_MCA_oob_tcp_if_include": f"{NET}.0/24"}
        forward = [word for name in ("PACBENCH_CACHE", "OMPI_MCA_mpi_yield_when_idle") for word in ("-x", name)]
        words = ["env", *(f"{k}={v}" for k, v in settings.items()), "mpirun", "--host", hosts, "-np", str(n), *forward]
        return [str(self.folder / "on"), "h1", *map(shlex.quote, words)]


class Check:
    """Runs and the table of what they say."""

    def __init__(self, options, folder):
        self.options, self.folder, self.good = options, folder, True
        self.environment = {**os.environ, **ENVIRONMENT, "PACBENCH_CACHE": str(folder / "cache")}

    def run(self, words):
        """The program's JSON document."""
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=self.environment)
        if done.returncode != 0:
            raise RuntimeError(f"{shlex.join(words[-6:])}: exit status {done.returncode}: {done.stderr.strip()[-300:]}")
        return json.loads(done.stdout)

    def measured(self, launcher, case, output):
        """The case's numbers."""
        words = [*launcher, self.options.pacbench, "comodulogram", *case, "--threads", "1", "--no-verify", "--json", "-",
                 "--overwrite", "--output", str(self.folder / output)]
        return self.run(words)["cases"][0]

    def predicted(self, output, ranks, *words):
        """The predictions, by number of ranks."""
        document = self.run([self.options.pacbench, "plan", "--from", str(self.folder / output), "--ranks",
                             ",".join(map(str, ranks)), *words, "--json", "-", "--overwrite", "--output",
                             str(self.folder / "plan.h5")])
        return {case["n_ranks"]: case for case in document["cases"]}

    def line(self, name, ranks, what, predictions, measurements):
        """One line of the table; the spread is of the measurements: range over median."""
        prediction, measurement = statistics.median(predictions), statistics.median(measurements)
        error = 100 * (prediction / measurement - 1)
        spread = 100 * (max(measurements) - min(measurements)) / measurement
        self.good = self.good and abs(error) <= self.options.target
        print(ROW.format(name, ranks, what, f"{1e3 * prediction:.2f} ms", f"{1e3 * measurement:.2f} ms", f"{error:+.1f} %",
                         f"{spread:.0f} %"), flush=True)

    def rounds(self, name, case, counts, launchers, key, plan_words):
        """One rank and each of the counts, in turns; then a line for each count and each key, (of plan, of runs)."""
        predictions = {(n, k): [] for n in counts for k in key}
        measurements = {(n, k): [] for n in counts for k in key}
        for _ in range(self.options.rounds):
            self.measured([], case, "one.h5")
            found = self.predicted("one.h5", counts, *plan_words)
            for n in counts:
                numbers = self.measured(launchers(n), case, "many.h5")
                for k in key:
                    predictions[n, k].append(found[n][k])
                    measurements[n, k].append(numbers[f"{k}_median"])
        for n in counts:
            for k in key:
                self.line(name, n, k, predictions[n, k], measurements[n, k])

    def shared_cores(self):
        """More ranks than cores among them, on this machine."""
        mpirun = shlex.split(self.options.mpirun)
        for name, case in SHARED_CORES.items():
            self.rounds(name, case, (2, 4), lambda n: [*mpirun, str(n)], ["wall_s"], ("--ranks-per-node", "4"))

    def network(self):
        """Two and three hosts with one rank each."""
        hosts = Hosts(self.folder, 3)
        try:
            self.rounds(f"large results, {RATE_MBIT} Mbit/s", LARGE_RESULTS, (2, 3), hosts.launcher, ["gather_s"],
                        ("--ranks-per-node", "1", "--network-bandwidth", f"{RATE_MBIT}Mbit"))
        finally:
            hosts.remove()


def reason_without_network():
    """Why there can be no hosts made of namespaces here; empty: there can."""
    missing = [tool for tool in ("unshare", "nsenter", "ip", "tc", "mpirun") if shutil.which(tool) is None]
    return "needs root" if os.geteuid() != 0 else f"needs {', '.join(missing)}" if missing else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pacbench", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--mpirun", default="mpirun -np")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--target", type=float, default=20, help="per cent")
    parser.add_argument("--no-network", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        load = os.getloadavg()
        check = Check(options, pathlib.Path(folder))
        print(ROW.format("case", "ranks", "what", "predicted", "measured", "error", "spread"))
        try:
            check.shared_cores()
            reason = "--no-network" if options.no_network else reason_without_network()
            if reason:
                print(f"network: skipped, {reason}")
            else:
                check.network()
        except (OSError, RuntimeError) as error:
            print(f"check_plan.py: {error}", file=sys.stderr)
            return 2
    print(f"load average before {load[0]:.1f}, after {os.getloadavg()[0]:.1f}; times mean little where others compute here")
    print(f"{'all' if check.good else 'NOT all'} within {options.target:g} %")
    return 0 if check.good else 1


if __name__ == "__main__":
    sys.exit(main())
