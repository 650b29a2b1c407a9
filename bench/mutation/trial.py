"""One mutant against the tests of the rules, in a child process that already has everything else loaded.

`prepare` runs once in a worker: it loads pytest and all that the tests import, remembers compiled patterns
and parsed YAML, and forgets the modules that may be mutated. `trial` forks; the child imports them anew, one
of them mutated, and runs the cases of tests/validator, those that are most likely to notice first.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from bench.mutation.mutants import Mutant, mutated

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "crawler.validator"
TESTS = ROOT / "tests" / "validator"

_FORGOTTEN = (PACKAGE, "crawler.rulebook", "crawler.inspection", "crawler.export", "crawler.likeness")
_CASES_AGAIN = (
    "test_a_recognised_report_accuses_nobody or test_doubt_changes_whose_fault_it_is or "
    "test_figures_that_were_not_recognised or test_of_a_report_read_in_part"
)
_LONGEST_CASE = 20
_LONGEST_REST = 240
_KILLED, _SURVIVED = 1, 0
_NO_TESTS = 5  # pytest's word for it
_RESTS_ON = {"arithmetic": ("relations",), "repair": ("culprit",), "culprit": ("repair",)}


class Answer(NamedTuple):
    """What became of one mutant."""

    mutant: Mutant
    killed: bool
    by: str  # "cases", "tests", "time", "import"
    seconds: float


def prepare() -> None:
    """Load everything once, then forget what children import anew."""
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    re._MAXCACHE = 20_000  # type: ignore[attr-defined]
    _remember_yaml()
    for name in ("pytest", "hypothesis", PACKAGE, "crawler.rulebook.examples", "crawler.inspection"):
        importlib.import_module(name)
    _load_tests()
    for name in list(sys.modules):
        if name.startswith(_FORGOTTEN):
            del sys.modules[name]
    for name in {name.partition(".")[2] for name in _FORGOTTEN}:
        vars(sys.modules["crawler"]).pop(name, None)


class Baseline(NamedTuple):
    """What fails without any mutant, and so proves nothing: cases by their place, tests by their ids."""

    cases: frozenset[int] = frozenset()
    tests: frozenset[str] = frozenset()


def baseline() -> Baseline:
    """Run everything once on the rules as they are."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            _silence()
            tests = _load_tests()
            failing = [at for at in range(len(tests.CASES)) if not _passes(tests, at)]
            failed = _Failed()
            files = [str(file) for file in sorted(TESTS.glob("test_*.py")) if file.stem != "test_rules"]
            _run_tests(files, frozenset(), failed, stop=False)
            os.write(writing, json.dumps([failing, failed.ids]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        cases, ids = json.loads(pipe.read())
    os.wait()
    return Baseline(frozenset(cases), frozenset(ids))


def trial(known: Baseline, mutant: Mutant) -> Answer:
    """Whether the tests notice `mutant`."""
    started = time.monotonic()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = _KILLED
        try:
            os.close(reading)
            code = _child(mutant, known, writing)
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        by = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Answer(mutant, True, "time", time.monotonic() - started)
    return Answer(mutant, os.WEXITSTATUS(status) != _SURVIVED, by or "import", time.monotonic() - started)


def _child(mutant: Mutant, known: Baseline, pipe: int) -> int:
    _silence()
    signal.alarm(_LONGEST_REST)
    sys.meta_path.insert(0, _Finder(mutant))
    tests = _load_tests()  # imports the mutated module; whatever that raises kills it
    if _noticed_by_cases(mutant, tests, known):
        os.write(pipe, b"cases")
        return _KILLED
    os.write(pipe, b"tests")
    files = _files_about(mutant)
    if not files or _run_tests(files, known.tests, _Failed(), stop=True) in (0, _NO_TESTS):
        return _SURVIVED
    return _KILLED


def _files_about(mutant: Mutant) -> list[str]:
    """Test files that are named for the module, for what its rules rest on, or for none of the modules."""
    own = _family(mutant)
    names = {Path(path).stem for path in modules()} | {Path(path).parent.name for path in modules()}
    about = {own, *_RESTS_ON.get(own, ())}
    files = {file: file.stem.removeprefix("test_") for file in sorted(TESTS.glob("test_*.py"))}
    return [
        str(file) for file, name in files.items() if name != "rules" and (name in about or name not in names)
    ]


def _family(mutant: Mutant) -> str:
    """The family, or the name of a module that several share; narrative is a package."""
    place = Path(mutant.path)
    return place.stem if place.parent.name == "validator" else place.parent.name


def _silence() -> None:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)


class _Failed:
    """A plugin of pytest that remembers what failed."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.ids.append(report.nodeid)


def _run_tests(files: Sequence[str], left_out: frozenset[str], failed: _Failed, *, stop: bool) -> int:
    """The tests that are no cases; those that only run all cases in another way are left out."""
    import pytest

    arguments = [*files, "-k", f"not ({_CASES_AGAIN})"]
    arguments += [f"--deselect={test}" for test in left_out]
    arguments += ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *(["-x"] if stop else [])]
    return int(pytest.main(arguments, plugins=[failed]))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutated module where its name is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = mutant.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        file = ROOT / self._mutant.path
        folders = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, file, loader=self, submodule_search_locations=folders
        )

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        tree = mutated(ROOT, self._mutant)
        exec(compile(tree, str(ROOT / self._mutant.path), "exec"), vars(module))


def _passes(tests: ModuleType, at: int) -> bool:
    try:
        tests.test_case(*tests.CASES[at], _builder())
    except Exception:
        return False
    return True


def _noticed_by_cases(mutant: Mutant, tests: ModuleType, known: Baseline) -> bool:
    """Whether a case fails. Of a family's module only the rules of the family can change their minds."""
    registry = importlib.import_module(f"{PACKAGE}.registry")
    family = _family(mutant)
    own = {name: rule for name, rule in registry.RULES.items() if rule.family == family}
    try:
        sound = [pair for at, pair in enumerate(tests.CASES) if at not in known.cases]
        for named, case in sorted(sound, key=lambda pair: pair[0] != family):
            signal.alarm(_LONGEST_CASE)
            if own and named != family:
                _others_case(case, own, tests)
            else:
                tests.test_case(named, case, _builder())
    except Exception:
        return True
    finally:
        signal.alarm(_LONGEST_REST)
    return False


def _others_case(case: Mapping[str, Any], own: Mapping[str, Any], tests: ModuleType) -> None:
    """What the case of another family says of the rules `own`: which of them fail beside its own rule."""
    builder = _builder()
    report, context = builder.changed({k: v for k, v in case.items() if k not in tests.OF_CASE})
    outcome = tests.check(report, context, own)
    assert set(outcome.rules("fail")) - {case["rule"]} == set(case.get("also", ())) & own.keys()


def _builder() -> Any:
    examples = importlib.import_module("crawler.rulebook.examples")

    class Builder:
        sound = staticmethod(examples.sound_report)
        changed = staticmethod(examples.changed)

    return Builder


def _load_tests() -> ModuleType:
    spec = importlib.util.spec_from_file_location("test_rules_of_the_validator", TESTS / "test_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _remember_yaml() -> None:
    import yaml

    load: Callable[[Any], Any] = yaml.safe_load
    yaml.safe_load = cache(load)  # type: ignore[assignment]


def modules() -> Iterator[str]:
    """The modules that are mutated."""
    for file in sorted((ROOT / "crawler" / "validator").rglob("*.py")):
        yield file.relative_to(ROOT).as_posix()
