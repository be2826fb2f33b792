"""ReFrame check of pacbench: the strong-scaling benchmark `speed`, verified, with its figures as performance variables.

    reframe -C SITE.py -c pacbench_check.py -r -S modules=pacbench            an installed module
    reframe -C local.py -c pacbench_check.py -r -S executable=/path/pacbench  a workstation, or a build folder
    ... -S num_tasks=8 -S num_tasks_per_node=4 -S num_gpus_per_node=4 -S backend=cuda

The check fails unless the program says that its results were verified. References are a site's own: none stand here.
"""
import json
import os

import reframe as rfm
import reframe.utility.sanity as sn
import reframe.utility.typecheck as types


@rfm.simple_test
class PacbenchSpeed(rfm.RunOnlyRegressionTest):
    descr = "phase-amplitude coupling: the same batch on 1, 2, 4 .. N ranks"
    valid_systems = ["*"]
    valid_prog_environs = ["*"]
    executable = "pacbench"
    num_tasks = 2
    backend = variable(str, value="auto")  # cuda insists on GPUs
    surrogates = variable(int, value=200)
    options = variable(types.List[str], value=[])  # more of them, as on the command line
    tags = {"benchmark", "mpi"}

    @run_before("run")
    def set_command(self):
        self.executable_opts = ["speed", "--quick", "--backend", self.backend, "--n-perm", str(self.surrogates),
                                "--output", "speed.h5", "--json", "speed.json", *self.options]

    def table(self):
        """The run's tables; an empty one where it wrote none."""
        try:
            with open(os.path.join(self.stagedir, "speed.json"), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    @sanity_function
    def results_are_verified(self):
        benchmark = self.table().get("benchmark", {"verdict": "missing", "reason": "no speed.json"})
        ranks = max((case["n_ranks"] for case in self.table().get("cases", [])), default=0)
        return sn.all([
            sn.assert_eq(benchmark["verdict"], "passed", f"verdict {benchmark['verdict']}: {benchmark['reason']}"),
            sn.assert_eq(ranks, self.num_tasks, "{0} ranks took part, not {1}")])

    @run_before("performance")
    def set_figures(self):
        """The largest batch on all ranks: the last case. Units are the table's."""
        table = self.table()
        case, units = table["cases"][-1], table["units"]["cases"]
        for name in ("wall_s_median", "rows_per_s", "speedup", "efficiency"):
            self.perf_variables[name] = sn.make_performance_function(sn.defer(case[name]), units[name])
