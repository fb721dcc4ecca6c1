"""Imports go one way: each half of the engine is imported in a fresh process, whatever modules it has."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RECORDING = ("record", "storage", "runtime", "lessons", "script", "process")
READING = ("trace", "analysis", "picture", "export", "session", "cli", "bench")
OLDEST_RECORDED = (3, 10)

# Imports what is named on its standard input and reports, for each module, what was new after it.
PROBE = """
import json, sys
order = json.load(sys.stdin)
sys.path.insert(0, order["root"])
brought = {}
for name in order["modules"]:
    before = set(sys.modules)
    __import__(name)
    brought[name] = sorted(set(sys.modules) - before)
json.dump(brought, sys.stdout)
"""


def find_modules(*packages: str) -> list[str]:
    """List the modules of these parts of the engine, as they are on disk."""
    files: list[Path] = []
    for package in packages:
        place = ROOT / "simulator" / package
        files += sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    modules = (file.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for file in files if file.exists())
    return [module.removesuffix(".__init__") for module in modules if not module.endswith("__main__")]


def find_brought(modules: list[str], *flags: str) -> dict[str, set[str]]:
    """Import the modules, one after the other, in a fresh process; return the top-level names that each brought."""
    order = json.dumps({"root": str(ROOT), "modules": modules})
    command = [sys.executable, "-I", *flags, "-c", PROBE]
    result = subprocess.run(command, input=order, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return {name: set(names) for name, names in json.loads(result.stdout).items()}


def is_inside(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def test_recording_half_imports_the_standard_library_only() -> None:
    """It runs in any interpreter, with nothing but `simulator/` on its path; hence -S: no site-packages."""
    foreign = {
        module: sorted(
            name
            for name in brought
            if name.partition(".")[0] not in sys.stdlib_module_names
            and not is_inside(name, "simulator.errors", *(f"simulator.{half}" for half in RECORDING))
            and name != "simulator"
        )
        for module, brought in find_brought(find_modules(*RECORDING), "-S").items()
    }
    assert {module: names for module, names in foreign.items() if names} == {}


def test_engine_imports_no_window() -> None:
    window = ("ui", "PySide6", "shiboken6", "pyqtgraph")
    brought = find_brought(find_modules("errors", *RECORDING, *READING))
    guilty = {module: sorted(name for name in names if is_inside(name, *window)) for module, names in brought.items()}
    assert {module: names for module, names in guilty.items() if names} == {}


def test_package_itself_imports_nothing() -> None:
    tree = ast.parse((ROOT / "simulator" / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize("package", ["errors", *RECORDING])
def test_recording_half_is_syntax_of_the_oldest_python_recorded(package: str) -> None:
    for module in find_modules(package):
        path = ROOT.joinpath(*module.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        ast.parse(file.read_text(encoding="utf-8"), str(file), feature_version=OLDEST_RECORDED)


@pytest.mark.parametrize("package", RECORDING + READING)
def test_every_part_is_there(package: str) -> None:
    assert find_modules(package)
