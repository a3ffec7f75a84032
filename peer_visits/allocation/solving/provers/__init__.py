"""The two solvers, each alone in a limited child process: `highs.py` the main one, `cpsat.py` the second prover.

They must never be imported into one process: their libraries clash.
"""
