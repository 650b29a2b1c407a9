"""How much two reports are alike in their own words, and which of very many are.

`own_prose` takes away what every report has in common, `similarity` compares two exactly, `signature` keeps
what a search needs in few bytes, `similar_pairs` finds the pairs among very many signatures, `passages` shows
what two texts share as each prints it. A pair that the search finds is a candidate: `similarity` decides.
"""

from crawler.likeness.passages import Passage, passages
from crawler.likeness.prose import own_prose, printed_prose
from crawler.likeness.search import Crowd, similar_pairs
from crawler.likeness.shingles import similarity
from crawler.likeness.signatures import VERSION, estimate, signature

__all__ = [
    "VERSION",
    "Crowd",
    "Passage",
    "estimate",
    "own_prose",
    "passages",
    "printed_prose",
    "signature",
    "similar_pairs",
    "similarity",
]
