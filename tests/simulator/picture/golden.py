"""Comparing with what is kept in tests/golden; set THREADLOOM_UPDATE_GOLDEN=1 to take what there is now."""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "golden"


def to_text(plain: Any) -> str:
    """Write built-in types so that a difference is one line a shape."""
    layers = ",\n".join(
        f"  {json.dumps(name)}: {{\n"
        + ",\n".join(
            f"   {json.dumps(kind)}: [\n" + ",\n".join(f"    {json.dumps(shape)}" for shape in shapes) + "\n   ]"
            for kind, shapes in layer.items()
        )
        + "\n  }"
        for name, layer in plain["layers"].items()
    )
    head = json.dumps({key: value for key, value in plain.items() if key != "layers"})
    return f'{head[:-1]}, "layers": {{\n{layers}\n}}}}\n'


def assert_golden(plain: Any, name: str) -> None:
    """Compare a draw list's plain form with the one that is kept."""
    path, text = FOLDER / name, to_text(plain)
    assert json.loads(text) == plain
    if os.environ.get("THREADLOOM_UPDATE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
