"""pactools (Dupre la Tour et al. 2017, PLoS Comput Biol 13:e1005893): Comodulogram, method 'tort'."""
from peers.peer import Peer, surrogate_maps


class Pactools(Peer):
    """One row a fit: it would join epochs. Centre frequencies are those of the bands, widths its defaults."""

    name = "pactools"
    distribution = "pactools"
    requirements = ("pactools==0.3.1", "numpy", "scipy", "scikit-learn", "matplotlib", "h5py")
    without_dependencies = ("pactools==0.3.1",)  # it names MNE, which only reading of MNE's files needs
    packages = ("pactools", "numpy", "scipy")
    n_bins = 18
    definition = ("another definition: wavelet filters of constant width about the bands' centres (2 Hz, and twice the "
                  "highest phase frequency), zero-padded; an empty bin counts as mean amplitude 1")
    counterpart = {"hilbert": "cropped", "bin_statistic": "mean"}

    def __init__(self, work, rows, threads, device):
        super().__init__(work, rows, threads, device)
        import pactools  # noqa: F401  not within a time

    def fit(self, row, n_perm):
        from pactools import Comodulogram
        centres = [[(low + high) / 2 for low, high in bands] for bands in (self.work.pha_bands, self.work.amp_bands)]
        return Comodulogram(self.work.fs_hz, low_fq_range=centres[0], low_fq_width=2.0, high_fq_range=centres[1],
                            high_fq_width="auto", method="tort", n_surrogates=n_perm, progress_bar=False,
                            minimum_shift=self.work.min_shift / self.work.fs_hz, random_state=self.work.seed,
                            n_jobs=self.threads).fit(row[None])

    def call(self, n_rows, n_perm):
        for row in self.rows[:n_rows]:
            self.fit(row, n_perm)

    def maps(self, n_rows, n_perm):
        import numpy as np
        rows = []
        for row in self.rows[:n_rows]:
            fitted = self.fit(row, n_perm)
            rows.append(surrogate_maps(fitted.comod_, fitted.surrogates_) if n_perm else {"pac": fitted.comod_})
        return {name: np.stack([row[name] for row in rows]) for name in rows[0]}
