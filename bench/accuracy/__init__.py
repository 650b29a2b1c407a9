"""How exactly reports are read: generated reports in every format and layout, sound and damaged, against what
they print. `python -m bench.accuracy`; the floors in floors.json may only rise.
"""
