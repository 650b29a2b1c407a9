"""Silence is alarming: what the record of runs, visits and mails says of the program's own health. Pure.

An alarm is raised on evidence that does not pass by itself: one visit of one portal that failed is none, two
in a row are, and a province that failed as a whole is one at once. Nothing here concludes anything about a
body; it only says that somebody should look.
"""

from crawler.alarms.alarm import Alarm, Blame, Code, Figure
from crawler.alarms.judging import MAIL_PATIENCE, alarms_of_house, alarms_of_province
from crawler.alarms.record import House, ProvinceRecord
from crawler.alarms.wording import ADVICE, BLAMES, TITLES, plain

__all__ = [
    "ADVICE",
    "BLAMES",
    "MAIL_PATIENCE",
    "TITLES",
    "Alarm",
    "Blame",
    "Code",
    "Figure",
    "House",
    "ProvinceRecord",
    "alarms_of_house",
    "alarms_of_province",
    "plain",
]
