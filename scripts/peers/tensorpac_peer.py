"""TensorPAC (Combrisson et al. 2020, PLoS Comput Biol 16:e1008302)."""
from peers.peer import Peer, Setting, surrogate_maps


def pac_of(work, pha_bands, n_perm):
    """tensorpac.Pac: Tort's MI; with surrogates, blocks of the amplitude swapped, and their z-score."""
    from tensorpac import Pac
    return Pac(idpac=(2, 2, 4) if n_perm else (2, 0, 0), f_pha=pha_bands, f_amp=work.amp_bands, n_bins=work.n_bins,
               cycle=tuple(work.cycles), dcomplex="hilbert", verbose=False)


class TensorPac(Peer):
    """Time is of all rows as epochs and all bands in one filterfit call. Its _kl_hr pools the bins' counts over phase
    bands and epochs of a call, so numbers are of one band and one epoch a call: pacbench's definition."""

    name = "TensorPAC"
    distribution = "tensorpac"
    requirements = ("tensorpac==0.6.5", "numpy<2", "scipy<1.14", "joblib", "matplotlib", "pandas<2.3")
    packages = ("tensorpac", "numpy", "scipy", "joblib")
    same_definition = True
    definition = ("one phase band and one epoch a call, because a call pools bin counts over both; times are of all rows "
                  "and bands in one call; surrogates by its own random cuts, in [1, T)")
    counterpart = {"hilbert": "cropped", "bin_statistic": "mean"}

    def __init__(self, work, rows, threads, device):
        super().__init__(work, rows, threads, device)
        import logging
        import tensorpac  # noqa: F401  not within a time
        logging.disable(logging.WARNING)  # it advises 200 permutations at every call

    @staticmethod
    def settings(cores, device):
        """Its jobs share out permutations only; processes share out rows."""
        del device
        one = Setting("1 job", 1, 1)
        more = (Setting(f"{cores} jobs", 1, cores), Setting(f"{cores} processes", cores, 1))
        return (one, *more) if cores > 1 else (one,)

    def call(self, n_rows, n_perm):
        pac = pac_of(self.work, self.work.pha_bands, n_perm)
        extra = {"n_perm": n_perm, "random_state": self.work.seed} if n_perm else {}
        pac.filterfit(self.work.fs_hz, self.rows[:n_rows], n_jobs=self.threads, verbose=False, **extra)

    def maps(self, n_rows, n_perm):
        import numpy as np
        rows = [self.row_maps(row, n_perm) for row in self.rows[:n_rows]]
        return {name: np.stack([row[name] for row in rows]) for name in rows[0]}

    def row_maps(self, row, n_perm):
        """Maps [P, A] of one row, one phase band a call."""
        import numpy as np
        whole = pac_of(self.work, self.work.pha_bands, 0)
        phases = whole.filter(self.work.fs_hz, row[None], ftype="phase", n_jobs=1)
        amplitudes = whole.filter(self.work.fs_hz, row[None], ftype="amplitude", n_jobs=1)
        values, surrogates = [], []
        for band, phase in zip(self.work.pha_bands, phases):
            pac = pac_of(self.work, [list(band)], n_perm)
            extra = {"n_perm": n_perm, "random_state": self.work.seed} if n_perm else {}
            pac.fit(phase[None], amplitudes, n_jobs=1, verbose=False, **extra)
            values.append(pac.pac[:, 0, 0])
            if n_perm:
                surrogates.append(pac.surrogates[:, :, 0, 0])
        if n_perm:
            return surrogate_maps(np.array(values), np.stack(surrogates, axis=1))
        return {"pac": np.array(values)}
