"""The rule book, measured on reports whose truth is known: every rule finds its own defect and nothing
beyond it, faultless reports are accused of nothing, and all rules together cost less than reading does.
`python -m bench.rules`.
"""
