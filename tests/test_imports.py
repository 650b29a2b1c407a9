"""Importing anything of ours does nothing: no reactor, no file, no setting, no connection."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import crawler

ROOT = Path(crawler.__file__).parent.parent

PROBE = """
import importlib, json, pkgutil, sys
from pathlib import Path

root = Path(sys.argv[1])
opened, connected = [], []

def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path = Path(arguments[0] if isinstance(arguments[0], str) else arguments[0].decode(errors="replace"))
        ours = any(path.is_relative_to(root / package) for package in ("crawler", "spiders", "storage"))
        written = arguments[1] is not None and any(flag in arguments[1] for flag in "wax+")
        if "__pycache__" not in path.parts and ((ours and path.suffix not in (".py", ".pyc")) or written):
            opened.append(str(path))
    elif event in ("socket.connect", "sqlite3.connect", "subprocess.Popen"):
        connected.append(event)

sys.addaudithook(hook)
sys.dont_write_bytecode = True
imported, reactors = [], []
for package in ("crawler", "spiders", "storage"):
    module = importlib.import_module(package)
    for found in pkgutil.walk_packages(module.__path__, package + "."):
        if found.name.endswith("__main__") or ".migrations" in found.name:
            continue
        importlib.import_module(found.name)
        imported.append(found.name)
        if "twisted.internet.reactor" in sys.modules:
            reactors.append(found.name)
            break
print(json.dumps({"imported": imported, "reactors": reactors, "opened": opened, "connected": connected}))
"""


def test_importing_every_module_does_nothing() -> None:
    probed = subprocess.run(
        [sys.executable, "-c", PROBE, str(ROOT)], capture_output=True, text=True, timeout=300, check=False
    )
    assert probed.returncode == 0, probed.stderr
    found = json.loads(probed.stdout)
    for module in ("crawler.settings", "crawler.pipelines", "spiders.loader", "storage.ledger"):
        assert module in found["imported"]
    assert found["reactors"] == []
    assert found["opened"] == []
    assert found["connected"] == []
