"""What the operator is told without asking: what is alarming, once, then weekly, and when it is over."""

from crawler.operator.letter import mail
from crawler.operator.note import OperatorNote, due
from crawler.operator.watching import alarms

__all__ = ["OperatorNote", "alarms", "due", "mail"]
