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
import signal
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "cluster"))
import cluster  # noqa: E402

ROW = "{:<34} {:>5} {:<9} {:>12} {:>12} {:>8} {:>8}"
RATE_MBIT = 200
LIMIT = f"root tbf rate {RATE_MBIT}mbit burst 64kb latency 50ms"
NETWORK = "10.77.0.0/24"
ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_mpi_yield_when_idle": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
SHARED_CORES = {
    "no surrogates": ("--batch-size", "8"),
    "50 surrogates, 37 rows": ("--batch-size", "37", "--n-channels", "1", "--n-perm", "50"),
}
LARGE_RESULTS = ("--batch-size", "16", "--seq-sec", "1", "--distributions")


class Hosts:
    """The hosts of tests/cluster, links limited in both directions. Throws RuntimeError."""

    def __init__(self, folder):
        self.cluster = cluster.Cluster(folder)
        for i in range(1, cluster.N_HOSTS + 1):
            for name, device in (("switch", f"port{i}"), (f"host{i}", "eth0")):
                words = ["nsenter", "-t", str(self.cluster.holder(name)), "-n", "tc", "qdisc", "add", "dev", device, *LIMIT.split()]
                done = subprocess.run(words, capture_output=True, text=True, check=False)
                if done.returncode != 0:
                    raise RuntimeError(f"{shlex.join(words[4:])}: {done.stderr.strip()}")

    def launcher(self, n):
        """The words before the program on the first n hosts, one rank each."""
        hosts = ",".join(f"host{i}:1" for i in range(1, n + 1))
        settings = {**ENVIRONMENT, "OMPI_MCA_plm": "rsh", "OMPI_MCA_plm_rsh_agent": str(self.cluster.folder / "on"),
                    "OMPI_MCA_plm_rsh_no_tree_spawn": "1", "OMPI_MCA_btl": "tcp,vader,self",
                    "OMPI_MCA_btl_tcp_if_include": NETWORK, "OMPI_MCA_oob_tcp_if_include": NETWORK}
        forward = [word for name in ("PACBENCH_CACHE", "OMPI_MCA_mpi_yield_when_idle") for word in ("-x", name)]
        words = ["env", *(f"{k}={v}" for k, v in settings.items()), "mpirun", "--host", hosts, "-np", str(n), *forward]
        return [str(self.cluster.folder / "on"), "host1", *map(shlex.quote, words)]


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
        self.rounds(f"large results, {RATE_MBIT} Mbit/s", LARGE_RESULTS, (2, 3), Hosts(self.folder).launcher, ["gather_s"],
                    ("--ranks-per-node", "1", "--network-bandwidth", f"{RATE_MBIT}Mbit"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pacbench", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--mpirun", default="mpirun -np")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--target", type=float, default=20, help="per cent")
    parser.add_argument("--no-network", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # subprocess.run ends what it runs
    reason = "--no-network" if options.no_network else ""
    if not reason and cluster.INSIDE not in os.environ:
        reason = cluster.reason_to_skip(("tc",))
    if not reason:
        cluster.enter(("tc",))  # goes on in a namespace with which all hosts end
    with tempfile.TemporaryDirectory() as folder:
        load = os.getloadavg()
        check = Check(options, pathlib.Path(folder))
        print(ROW.format("case", "ranks", "what", "predicted", "measured", "error", "spread"))
        try:
            check.shared_cores()
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
