"""What a roster would change in the province files: told first, made only where nothing is in doubt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from crawler.portals.editing import Edit
from crawler.portals.nearness import may_be_renamed, near_pairs
from crawler.portals.roster import RosterFlaw, RosterRow
from crawler.portals.values import Organ, Portal, Province, folded

_TELLING_CODE = 9
"""Digits from which on a code means one body; the six of a county are shared by all its departments."""


class Change(NamedTuple):
    """One body of one portal: as it stands in the file, as it would stand, and the row that says so."""

    portal: str
    old: Organ | None
    new: Organ | None
    row: int = 0


@dataclass(slots=True)
class Changes:
    """What a roster would change in one province."""

    province: str
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    renamed: list[Change] = field(default_factory=list)
    """The row names the former name among its aliases, or both have one code."""
    by_alias: list[Change] = field(default_factory=list)
    """The row's name is an alias in the file: a short form or a former name. The name in the file stays."""
    perhaps_renamed: list[Change] = field(default_factory=list)
    """One has gone, one has come, and they sound alike. Made of neither kind: a body under its former name
    would be called missing. The row must name the other among its aliases, or the roster hold both.
    """
    removed: list[Change] = field(default_factory=list)
    """In the file and not in the roster."""
    near: list[Change] = field(default_factory=list)
    """Two bodies that both stand, or would, and may be one."""
    conflicts: list[RosterFlaw] = field(default_factory=list)

    @property
    def in_doubt(self) -> bool:
        """Whether something of the roster was left out of the file."""
        return bool(self.conflicts or self.perhaps_renamed)

    def edits(self, *, remove: bool = False) -> tuple[Edit, ...]:
        """The edits of the file; what is removed goes only where that is wanted."""
        portals = dict.fromkeys(
            change.portal for change in (*self.added, *self.changed, *self.renamed, *self.removed)
        )
        return tuple(
            Edit(
                portal,
                tuple(new for at, _, new, _ in self.added if at == portal and new is not None),
                {
                    old.name: new
                    for at, old, new, _ in (*self.changed, *self.renamed)
                    if at == portal and old is not None and new is not None
                },
                frozenset(old.name for at, old, _, _ in self.removed if at == portal and old and remove),
            )
            for portal in portals
        )


def compare(
    provinces: Mapping[str, Province], rows: Iterable[RosterRow], only: str | None = None
) -> tuple[list[Changes], list[RosterFlaw]]:
    """What the rows would change, by province, and the rows whose portal is not to be found.

    Of a portal that the roster does not name nothing is said; with `only`, rows of that province alone count.
    """
    placed: dict[str, dict[str, list[RosterRow]]] = defaultdict(lambda: defaultdict(list))
    flaws = []
    for row in rows:
        found = _place(provinces, row, only)
        if isinstance(found, str):
            flaws.append(RosterFlaw(row.number, found))
        elif found is not None:
            province, portal = found
            placed[province.province][portal.id].append(row)
    return [_of_province(provinces[name], portals) for name, portals in placed.items()], flaws


def _place(
    provinces: Mapping[str, Province], row: RosterRow, only: str | None
) -> tuple[Province, Portal] | str | None:
    """The portal of a row; a line where there is none; None where the row is not asked for."""
    named = folded(row.province)
    wanted = [
        province
        for key, province in provinces.items()
        if named in ("", folded(key), folded(province.name)) and (named or only in (None, key))
    ]
    if not wanted:
        return f"province: there is no {row.province!r:.40}"
    if only is not None and all(province.province != only for province in wanted):
        return None
    portals = [
        (province, portal)
        for province in wanted
        for portal in province.portals
        if (
            folded(row.portal) in (folded(portal.id), folded(portal.name))
            if row.portal
            else any(folded(organ.name) == folded(row.organ.name) for organ in portal.organs)
        )
    ]
    if len(portals) == 1:
        return portals[0]
    if not row.portal:
        return "portal: is empty, and no file has this body"
    return f"portal: {'several are' if portals else 'there is no'} {row.portal!r:.60}"


def _of_province(province: Province, placed: Mapping[str, Sequence[RosterRow]]) -> Changes:
    changes = Changes(province.province)
    homes = {folded(organ.name): portal.id for portal in province.portals for organ in portal.organs}
    seen: dict[str, int] = {}
    for portal in province.portals:
        rows = []
        for row in placed.get(portal.id, ()):
            name = folded(row.organ.name)
            if name in seen:
                changes.conflicts.append(
                    RosterFlaw(row.number, f"{row.organ.name} stands in row {seen[name]} too")
                )
            elif homes.get(name, portal.id) != portal.id:
                problem = f"{row.organ.name} stands on portal {homes[name]}, not on {portal.id}"
                changes.conflicts.append(RosterFlaw(row.number, problem))
            else:
                rows.append(row)
            seen.setdefault(name, row.number)
        if portal.id in placed:
            _of_portal(portal, rows, changes)
    return changes


def _of_portal(portal: Portal, rows: Sequence[RosterRow], changes: Changes) -> None:
    standing = {folded(organ.name): organ for organ in portal.organs}
    in_roster = {folded(row.organ.name) for row in rows}
    gone = {name: organ for name, organ in standing.items() if name not in in_roster}
    taken = _Names(portal.organs)
    came: list[RosterRow] = []
    for row in rows:
        organ = standing.get(folded(row.organ.name))
        if organ is None:
            came.append(row)
        else:
            _merge(portal, organ, row, taken, changes)
    added = []
    for row, former in _renamings(came, gone, portal, changes):
        if former is None:
            added.append(row)
        else:
            gone.pop(folded(former.name), None)
            _merge(portal, former, row, taken, changes)
    # what is perhaps renamed is neither added nor gone
    left: list[RosterRow] = []
    for row in added:
        likely = [
            organ
            for organ in gone.values()
            if may_be_renamed(organ, row.organ)
            or (_is_telling(organ.code) and organ.code == row.organ.code)  # of another kind
        ]
        if likely:
            changes.perhaps_renamed.extend(Change(portal.id, old, row.organ, row.number) for old in likely)
        else:
            left.append(row)
    doubtful = {
        change.old.name for change in changes.perhaps_renamed if change.old and change.portal == portal.id
    }
    changes.removed.extend(
        Change(portal.id, organ, None) for organ in gone.values() if organ.name not in doubtful
    )
    new = []
    for row in left:
        problem = taken.problem_of(row.organ)
        if problem is not None:
            changes.conflicts.append(RosterFlaw(row.number, problem))
            continue
        taken.take(row.organ)
        new.append(row.organ)
        changes.added.append(Change(portal.id, None, row.organ, row.number))
    stays = [organ for name, organ in standing.items() if name not in gone]
    told: set[frozenset[str]] = set()
    for one, other in near_pairs(new, [*stays, *new]):
        if frozenset((one.name, other.name)) not in told:
            told.add(frozenset((one.name, other.name)))
            changes.near.append(Change(portal.id, other, one))


def _renamings(
    came: Sequence[RosterRow], gone: Mapping[str, Organ], portal: Portal, changes: Changes
) -> list[tuple[RosterRow, Organ | None]]:
    """Each row that is new by its name, with the body that it certainly is; rows in conflict are left out."""
    owners = {folded(alias): organ for organ in portal.organs for alias in organ.aliases}
    codes = Counter(row.organ.code for row in came)
    found: list[tuple[RosterRow, Organ | None]] = []
    claimed: dict[str, int] = {}
    for row in came:
        said = {folded(name) for name in row.organ.names} - {folded(row.organ.name)}
        former = {organ.name: organ for name, organ in gone.items() if name in said}
        known = owners.get(folded(row.organ.name))
        if known is not None:
            former[known.name] = known
        code = row.organ.code
        if not former and _is_telling(code) and codes[code] == 1:
            same = [organ for organ in gone.values() if organ.code == code and organ.kind is row.organ.kind]
            former = {organ.name: organ for organ in same[:1]}
        problem = None
        if len(former) > 1:
            problem = f"{row.organ.name} is a name of several bodies of the file: {', '.join(former)}"
        elif former:
            [organ] = former.values()
            if folded(organ.name) not in gone:
                problem = f"{row.organ.name} is an alias of {organ.name}, which stands in the roster too"
            elif organ.name in claimed:
                problem = f"{organ.name} is what row {claimed[organ.name]} means already"
            claimed.setdefault(organ.name, row.number)
        if problem is None:
            found.append((row, next(iter(former.values()), None)))
        else:
            changes.conflicts.append(RosterFlaw(row.number, problem))
    return found


def _is_telling(code: str | None) -> bool:
    return code is not None and len(code) >= _TELLING_CODE


def _merge(portal: Portal, organ: Organ, row: RosterRow, taken: _Names, changes: Changes) -> None:
    """The body with what the row says of it. Aliases are only ever added: former names must stay known."""
    name = row.organ.name
    if folded(name) in map(folded, organ.aliases) and folded(organ.name) not in map(folded, row.organ.names):
        changes.by_alias.append(Change(portal.id, organ, row.organ, row.number))
        name = organ.name
    distinct: dict[str, str] = {}
    for alias in (*organ.aliases, *row.organ.aliases, organ.name, row.organ.name):
        distinct.setdefault(folded(alias), alias)
    distinct.pop(folded(name))
    for old in row.organ.former if "former" in row.said else organ.former:
        distinct.pop(folded(old.name), None)  # dated, it says more than an alias
    fields: dict[str, Any] = {
        **dict(organ),
        "name": name,
        "kind": row.organ.kind,
        "aliases": tuple(distinct.values()),
        **{name: getattr(row.organ, name) for name in row.said},
    }
    try:
        new = Organ(**fields)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        changes.conflicts.append(RosterFlaw(row.number, f"{organ.name}: {message}"))
        return
    if new == organ:
        return
    problem = taken.problem_of(new, instead_of=organ)
    if problem is not None:
        changes.conflicts.append(RosterFlaw(row.number, problem))
        return
    taken.take(new, instead_of=organ)
    renamed = folded(new.name) != folded(organ.name)
    (changes.renamed if renamed else changes.changed).append(Change(portal.id, organ, new, row.number))


class _Names:
    """Which body of a portal a name or an alias belongs to: never to two."""

    def __init__(self, organs: Iterable[Organ]) -> None:
        self._owners: dict[str, str] = {}
        for organ in organs:
            self.take(organ)

    def problem_of(self, organ: Organ, instead_of: Organ | None = None) -> str | None:
        """Why the body cannot have its names; None where it can."""
        own = {None, organ.name, None if instead_of is None else instead_of.name}
        for name in (organ.name, *organ.aliases):
            owner = self._owners.get(folded(name))
            if owner not in own:
                return f"{name} is a name of {owner}"
        return None

    def take(self, organ: Organ, instead_of: Organ | None = None) -> None:
        """Remember the names of the body."""
        if instead_of is not None:
            for name in (instead_of.name, *instead_of.aliases):
                self._owners.pop(folded(name), None)
        self._owners |= {folded(name): organ.name for name in (organ.name, *organ.aliases)}
