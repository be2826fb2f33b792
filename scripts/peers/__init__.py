"""Other programs that compute phase-amplitude coupling, on the signals of pacbench's results. The command is ../peers.py.

peer.py says what a peer is, *_peer.py are the known ones; worker.py runs one in a process of its own, team.py is the
other end of that; pacbench.py runs the product, rounds.py times a peer, comparison.py both in turns, report.py prints
and writes (the files: schema.py), targets.py takes the ratios that have targets, environment.py makes Python environments.
"""
