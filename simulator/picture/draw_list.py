"""The draw list: what is drawn, in pixels and colours, as plain columns. The window paints it, exports write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from simulator.picture.bands import Bands
from simulator.picture.colours import NO_COLOUR, unpack

IntArray = npt.NDArray[Any]

NO_ROW = -1
"""In columns of rows: the shape stands for no event."""


class Shape(IntEnum):
    """What a mark looks like; its meaning is the scene's affair."""

    SQUARE = 0
    CIRCLE = 1
    DIAMOND = 2
    CROSS = 3
    CROSSED_SQUARE = 4
    TRIANGLE = 5
    QUESTION = 6
    UP = 7
    DOWN = 8
    BAR = 9
    TICK = 10
    BACK = 11
    STOP = 12
    BOLT = 13
    OPENING = 14
    CLOSING = 15
    PAGE = 16


CORNERS: dict[Shape, tuple[tuple[float, float], ...]] = {
    Shape.DIAMOND: ((0, -1), (1, 0), (0, 1), (-1, 0)),
    Shape.TRIANGLE: ((-1, -0.5), (1, -0.5), (0, 1)),
    Shape.UP: ((0, -0.9), (1, 0.8), (-1, 0.8)),
    Shape.DOWN: ((-1, -0.8), (1, -0.8), (0, 0.9)),
    Shape.BAR: ((-0.25, -1), (0.25, -1), (0.25, 1), (-0.25, 1)),
    Shape.TICK: ((-1, 0.1), (-0.6, -0.3), (-0.2, 0.1), (0.65, -0.8), (1, -0.4), (-0.2, 0.85)),
    Shape.BACK: ((-1, 0), (-0.1, -0.9), (-0.1, -0.3), (1, -0.3), (1, 0.3), (-0.1, 0.3), (-0.1, 0.9)),
    Shape.STOP: ((-0.4, -1), (0.4, -1), (1, -0.4), (1, 0.4), (0.4, 1), (-0.4, 1), (-1, 0.4), (-1, -0.4)),
    Shape.BOLT: ((0.25, -1), (-0.7, 0.15), (-0.1, 0.15), (-0.3, 1), (0.7, -0.25), (0.1, -0.25)),
    Shape.OPENING: ((-0.6, -1), (0.6, -1), (0.6, -0.6), (-0.1, -0.6), (-0.1, 0.6), (0.6, 0.6), (0.6, 1), (-0.6, 1)),
    Shape.CLOSING: ((0.6, -1), (-0.6, -1), (-0.6, -0.6), (0.1, -0.6), (0.1, 0.6), (-0.6, 0.6), (-0.6, 1), (0.6, 1)),
    Shape.PAGE: ((-0.7, -0.9), (0.3, -0.9), (0.7, -0.5), (0.7, 0.9), (-0.7, 0.9)),
}
"""Corners of the shapes that are polygons, in units of half their size about their centre."""


class Columns:
    """Shapes of one kind as columns of equal length; `add` appends, `column` gives one column back.

    What is added is kept as it is given and made into a column when that is asked for: most columns of most shapes
    have their default value, and many are never asked for.
    """

    COLUMNS: ClassVar[dict[str, tuple[str, int]]]
    COLOURS: ClassVar[frozenset[str]] = frozenset({"fill", "stroke"})

    __slots__ = ("_joined", "_n", "_parts")

    def __init__(self) -> None:
        self._n = 0
        self._parts: list[tuple[int, Mapping[str, IntArray | int]]] = []
        self._joined: dict[str, IntArray] = {}

    def add(self, **columns: IntArray | int) -> None:
        """Append shapes; each argument is a number for all of them or an ndarray of shape (k,), not to be changed.

        Raises
        ------
        TypeError
            If there is no such column.
        ValueError
            If lengths differ.
        """
        if not columns.keys() <= self.COLUMNS.keys():
            raise TypeError(f"no column {sorted(columns.keys() - self.COLUMNS.keys())}")
        lengths = {len(value) for value in columns.values() if isinstance(value, np.ndarray)} or {1}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")
        n = lengths.pop()
        if n:
            self._parts.append((n, columns))
            self._n += n
            self._joined.clear()

    def column(self, name: str) -> IntArray:
        """Return one column, shape (n,)."""
        found = self._joined.get(name)
        if found is None:
            kind, default = self.COLUMNS[name]
            found = self._joined[name] = np.empty(self._n, kind)
            start = 0
            for n, part in self._parts:
                found[start : start + n] = part.get(name, default)
                start += n
        return found

    def __len__(self) -> int:
        return self._n

    def move(self, dx: int, dy: int) -> None:
        """Move every shape, pixels."""
        if not self._n:
            return
        columns = {name: self.column(name) for name in self.COLUMNS}
        for name in columns:
            if name[0] in "xy":
                columns[name] = columns[name] + np.int32(dx if name[0] == "x" else dy)
        self._parts, self._joined = [(self._n, columns)], dict(columns)

    def extend(self, other: Columns) -> None:
        """Append the shapes of another draw list."""
        self._parts += other._parts
        self._n += other._n
        self._joined.clear()

    def to_plain(self) -> list[dict[str, int | str]]:
        """Return the shapes as dictionaries; what has its default value is left out."""
        columns = {name: self.column(name).tolist() for name in self.COLUMNS}
        rows = (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
        return [
            {
                name: unpack(value) if name in self.COLOURS else value
                for name, value in row.items()
                if value != self.COLUMNS[name][1] or name[0] in "xy"
            }
            for row in rows
        ]


class Rects(Columns):
    """Filled and outlined boxes, outline inside. `count` events stand behind one; `row` is the one it shows."""

    COLUMNS: ClassVar[dict[str, tuple[str, int]]] = {
        "x": ("i4", 0),
        "y": ("i4", 0),
        "w": ("i4", 0),
        "h": ("i4", 0),
        "fill": ("u4", NO_COLOUR),
        "stroke": ("u4", NO_COLOUR),
        "radius": ("u1", 0),
        "hatch": ("u1", 0),
        "dashed": ("u1", 0),
        "row": ("i8", NO_ROW),
        "count": ("i8", 1),
    }
    __slots__ = ()


class Marks(Columns):
    """Shapes about a centre; `size` is their width. `stroke_px` is the width of the outline."""

    COLUMNS: ClassVar[dict[str, tuple[str, int]]] = {
        "x": ("i4", 0),
        "y": ("i4", 0),
        "size": ("i4", 0),
        "shape": ("u1", 0),
        "fill": ("u4", NO_COLOUR),
        "stroke": ("u4", NO_COLOUR),
        "stroke_px": ("u1", 1),
        "row": ("i8", NO_ROW),
        "count": ("i8", 1),
        "outcome": ("u1", 0),
        "severity": ("u1", 0),
    }
    __slots__ = ()


class Lines(Columns):
    """Straight lines, horizontal or vertical, one pixel wide."""

    COLUMNS: ClassVar[dict[str, tuple[str, int]]] = {
        "x1": ("i4", 0),
        "y1": ("i4", 0),
        "x2": ("i4", 0),
        "y2": ("i4", 0),
        "stroke": ("u4", NO_COLOUR),
        "dashed": ("u1", 0),
    }
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text.

    Attributes
    ----------
    x_px, y_px : float
        Anchor and base line.
    text : str
        What it says.
    colour : int
        Packed colour.
    size_px : float
        Font size.
    is_bold : bool
        Whether it is semi-bold.
    anchor : str
        ``start``, ``middle`` or ``end``.
    """

    x_px: float
    y_px: float
    text: str
    colour: int
    size_px: float
    is_bold: bool = False
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Curve:
    """An arrow along a cubic curve.

    Attributes
    ----------
    points_px : tuple of (float, float)
        Begin, two control points, end.
    colour : int
        Packed colour.
    width_px : float
        Width of the line.
    is_dashed, has_head : bool
        Whether it is dashed, and whether it ends in a point.
    """

    points_px: tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
    colour: int
    width_px: float = 1.5
    is_dashed: bool = False
    has_head: bool = True


@dataclass(slots=True)
class Layer:
    """Shapes that are drawn together: bands first, then boxes, lines, curves, marks and texts.

    Attributes
    ----------
    name : str
        What it shows.
    bands, rects, lines, curves, marks, texts
        The shapes.
    """

    name: str
    bands: list[Bands] = field(default_factory=list)
    rects: Rects = field(default_factory=Rects)
    lines: Lines = field(default_factory=Lines)
    curves: list[Curve] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    texts: list[Text] = field(default_factory=list)

    def move(self, dx: int, dy: int) -> None:
        """Move everything, pixels."""
        for columns in (self.rects, self.lines, self.marks):
            columns.move(dx, dy)
        for bands in self.bands:
            bands.move(dx, dy)
        self.texts = [
            Text(t.x_px + dx, t.y_px + dy, t.text, t.colour, t.size_px, t.is_bold, t.anchor) for t in self.texts
        ]
        self.curves = [_move_curve(curve, dx, dy) for curve in self.curves]


def _move_curve(curve: Curve, dx: int, dy: int) -> Curve:
    a, b, c, d = ((x + dx, y + dy) for x, y in curve.points_px)
    return Curve((a, b, c, d), curve.colour, curve.width_px, curve.is_dashed, curve.has_head)


@dataclass(slots=True)
class DrawList:
    """A picture as data.

    Attributes
    ----------
    width_px, height_px : int
        Its size.
    background : int
        Packed colour.
    layers : list of Layer
        In the order in which they are drawn.
    title, description : str
        In words, for who cannot see it.
    boxes_px : dict of str to (int, int, int, int)
        Where named parts of it are: left, top, width, height.
    """

    width_px: int
    height_px: int
    background: int
    layers: list[Layer] = field(default_factory=list)
    title: str = ""
    description: str = ""
    boxes_px: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)

    def layer(self, name: str) -> Layer:
        """Return the layer of that name, made on top of the others if there is none."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        self.layers.append(Layer(name))
        return self.layers[-1]

    def place(self, other: DrawList, dx: int, dy: int) -> None:
        """Take over the layers of another draw list, moved; it must not be used afterwards."""
        for layer in other.layers:
            layer.move(dx, dy)
            self.layers.append(layer)

    def marks(self) -> Iterator[Marks]:
        """Give the marks of every layer."""
        return (layer.marks for layer in self.layers if len(layer.marks))

    def to_plain(self) -> dict[str, Any]:
        """Return everything as built-in types, for tests and for reading."""
        return {
            "size": [self.width_px, self.height_px],
            "background": unpack(self.background),
            "layers": {layer.name: _layer_to_plain(layer) for layer in self.layers},
        }


def _layer_to_plain(layer: Layer) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    if layer.bands:
        plain["bands"] = [bands.to_plain() for bands in layer.bands]
    for name, columns in (("rects", layer.rects), ("lines", layer.lines), ("marks", layer.marks)):
        if len(columns):
            plain[name] = columns.to_plain()
    if layer.curves:
        plain["curves"] = [
            {
                "points": [[round(x, 1), round(y, 1)] for x, y in curve.points_px],
                "stroke": unpack(curve.colour),
                "dashed": curve.is_dashed,
            }
            for curve in layer.curves
        ]
    if layer.texts:
        plain["texts"] = [
            {
                "text": text.text,
                "at": [round(text.x_px, 1), round(text.y_px, 1)],
                "anchor": text.anchor,
                "size": text.size_px,
                "bold": text.is_bold,
                "colour": unpack(text.colour),
            }
            for text in layer.texts
        ]
    return plain
