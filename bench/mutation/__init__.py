"""Mutation of the rules: small faults in crawler/validator, one at a time, and whether its tests notice.
`python -m bench.mutation`; bench/README.md tells why this is no ready-made tool.
"""
