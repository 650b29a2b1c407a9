"""Where a module can be made wrong, and the module made wrong there.

The changes are those that tools of this kind commonly make: comparisons and their bounds, `and` and `or`,
`not`, arithmetic, numbers and truth values, conditions turned round, statements left out. Strings,
annotations and the options of dataclasses stay as they are.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


class Mutant(NamedTuple):
    """One fault: the node of the module, in the order of ast.walk, and which of its changes."""

    path: str  # below the root of the repository
    node: int
    change: int
    line: int
    told: str  # "a < b  ->  a <= b"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.told}"


Change = Callable[[], ast.AST | None]
"""Changes the node in its place, or gives the one that takes it."""


def mutants(root: Path, path: str) -> Iterator[Mutant]:
    """Every fault that can be put into the module."""
    tree = ast.parse((root / path).read_text("utf-8"))
    kept = _kept(tree)
    for at, node in enumerate(ast.walk(tree)):
        if id(node) in kept:
            continue
        for number in range(len(list(_changes(node)))):
            before = _line(node)
            changed = copy.deepcopy(node)
            instead = list(_changes(changed))[number]()
            after = _line(changed if instead is None else instead)
            yield Mutant(path, at, number, getattr(node, "lineno", 0), f"{before}  ->  {after}")


def mutated(root: Path, mutant: Mutant) -> ast.Module:
    """The module with that fault in it."""
    tree = ast.parse((root / mutant.path).read_text("utf-8"))
    node = list(ast.walk(tree))[mutant.node]
    instead = list(_changes(node))[mutant.change]()
    if instead is not None:
        _put(tree, node, instead)
    return ast.fix_missing_locations(tree)


def _changes(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                for other in _COMPARISONS[type(operator)]:
                    yield _setting(node.ops, at, other())
        case ast.BoolOp():
            yield _setting(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _ARITHMETIC:
            yield _setting(node, "op", _ARITHMETIC[type(node.op)]())
            if isinstance(node, ast.AugAssign):
                yield lambda: ast.Pass()
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield lambda: node.operand
        case ast.Constant(value=bool()):
            yield _setting(node, "value", not node.value)
        case ast.Constant(value=int()):
            yield _setting(node, "value", int(str(node.value)) + 1)
        case ast.If() | ast.IfExp() | ast.While():
            if not isinstance(node.test, ast.Compare | ast.UnaryOp):
                yield _setting(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.comprehension():
            for at, test in enumerate(node.ifs):
                if not isinstance(test, ast.Compare | ast.UnaryOp):
                    yield _setting(node.ifs, at, ast.UnaryOp(ast.Not(), test))
        case ast.Expr(value=ast.Yield() | ast.YieldFrom() | ast.Call()):
            # a generator stays one
            yield lambda: ast.Expr(ast.IfExp(ast.Constant(False), node.value, ast.Constant(None)))
        case ast.Return(value=None) | ast.Raise():
            yield lambda: ast.Pass()
        case ast.Return(value=ast.AST()):
            if not (isinstance(node.value, ast.Constant) and node.value.value is None):
                yield _setting(node, "value", ast.Constant(None))
        case ast.Continue():
            yield lambda: ast.Break()
        case ast.Break():
            yield lambda: ast.Continue()


def _setting(place: object, at: str | int, value: object) -> Change:
    def change() -> None:
        if isinstance(at, int):
            place[at] = value  # type: ignore[index]
        else:
            setattr(place, at, value)

    return change


def _put(tree: ast.Module, node: ast.AST, instead: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is node:
                setattr(parent, name, instead)
                return
            if isinstance(value, list) and any(member is node for member in value):
                value[next(at for at, member in enumerate(value) if member is node)] = instead
                return
    raise LookupError


def _kept(tree: ast.Module) -> set[int]:
    """Nodes that no change may touch: annotations and what dataclasses are told."""
    kept: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            parts.append(node.annotation)
        if isinstance(node, ast.FunctionDef):
            parts.append(node.returns)
        if isinstance(node, ast.ClassDef):
            parts.extend(node.decorator_list)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp | ast.Subscript):
            # names of types: Number = int | Decimal
            parts.extend([node.value] if all(_is_type(name) for name in ast.walk(node.value)) else [])
        kept.update(id(inner) for part in parts if part is not None for inner in ast.walk(part))
    return kept


def _is_type(node: ast.AST) -> bool:
    return not isinstance(node, ast.Call | ast.Constant) or (
        isinstance(node, ast.Constant) and node.value is None
    )


def _line(node: ast.AST) -> str:
    """The node as source, on one line."""
    if isinstance(node, ast.comprehension):
        node = node.ifs[0] if node.ifs else node.iter
    if isinstance(node, ast.If | ast.While):
        node = node.test
    text = " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())
    return text if len(text) <= 90 else text[:89] + "…"
