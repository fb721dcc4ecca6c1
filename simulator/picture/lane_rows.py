"""Heights inside a lane: some standards from roomy to dense, and what lies between them for the room there is."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace

from simulator.picture.places import Metrics

MOST_STRETCH_PX = 44
LEAST_LANE_PX = 3


@dataclass(frozen=True, slots=True)
class Bands:
    """Which bands there are above the marks."""

    has_tasks: bool
    has_blocks: bool

    @property
    def n(self) -> int:
        """How many."""
        return self.has_tasks + self.has_blocks

    def of(self, height_px: int) -> tuple[int, int]:
        """Return the height of each."""
        return height_px * self.has_tasks, height_px * self.has_blocks


@dataclass(frozen=True, slots=True)
class Rows:
    """Heights inside a lane, pixels."""

    height: int
    gap: int
    task: int
    block: int
    mark_y: int
    mark: int
    strip_y: int
    strip: int
    strip_gap: int

    @property
    def pitch(self) -> int:
        """From one lane to the next."""
        return self.height + self.gap


def choose_rows(room_px: int, n_strips: int, bands: Bands, metrics: Metrics) -> Rows:
    """Choose the heights inside a lane for the room that each lane has, between two standards."""
    above = _roomy(n_strips, bands, metrics)
    spare_px = room_px - above.pitch
    if spare_px >= 0:
        return _stretch(above, min(spare_px, metrics.scaled(MOST_STRETCH_PX)), n_strips)
    for standard in (_medium, _compact, _dense):
        below = standard(n_strips, bands, metrics)
        if below.pitch <= room_px:
            rows = _between(below, above, (room_px - below.pitch) / (above.pitch - below.pitch))
            return _stretch(rows, room_px - rows.pitch, n_strips)  # what rounding down has left
        above = below
    return _tiny(min(max(room_px, LEAST_LANE_PX), above.pitch), n_strips) if metrics.fits_lanes else above


def _tiny(pitch_px: int, n_strips: int) -> Rows:
    """Return lanes of bare bands: a strip of two pixels at the bottom of each, if there is room for that."""
    gap = 1 if pitch_px >= 5 else 0
    height = pitch_px - gap
    strip = 2 if n_strips and height >= 4 + 2 * n_strips else 0
    marks = height - n_strips * strip
    return Rows(height, gap, 0, 0, marks // 2, max(marks - 2, 1), marks, strip, 0)


def bare(rows: Rows, n_strips: int) -> Rows:
    """Return the heights of a lane that has no strips among others that have."""
    return replace(rows, height=rows.height - n_strips * (rows.strip + rows.strip_gap), strip=0)


def _between(low: Rows, high: Rows, share: float) -> Rows:
    """Mix two standards."""
    return Rows(*(a + int((b - a) * share) for a, b in zip(astuple(low), astuple(high), strict=True)))


def _stretch(rows: Rows, spare_px: int, n_strips: int) -> Rows:
    """Spread spare room inside a lane: above the marks, below them, and at the bottom."""
    above = spare_px * 3 // 10 if n_strips else spare_px // 2
    below = spare_px * 3 // 10 if n_strips else 0
    return replace(
        rows,
        height=rows.height + spare_px,
        mark_y=rows.mark_y + above,
        strip_y=rows.strip_y + above + below,
    )


def level_px(rows: Rows, n_strips: int) -> int:
    """Return how far apart two levels of marks can be without leaving their part of the lane."""
    below = (rows.strip_y if n_strips else rows.height) - rows.mark_y
    room = min(rows.mark_y - rows.task - rows.block - 5, below) - rows.mark // 2 - 2
    return max(min(round(rows.mark * 0.9), room), rows.mark // 3)


def _stack(
    head: int, mark: int, strip: int, n_strips: int, foot: int, gap: int, bands: tuple[int, int], strip_gap: int,
    tail: int,
) -> Rows:  # fmt: skip
    """Stack the bands, the marks and the strips of a lane."""
    strip_y = head + foot
    height = strip_y + n_strips * (strip + strip_gap) - (strip_gap if n_strips else 0) + tail
    return Rows(height, gap, *bands, head, mark, strip_y, strip, strip_gap)


def _roomy(n_strips: int, bands: Bands, metrics: Metrics) -> Rows:
    s = metrics.scaled
    head = s(38) + s(18) * bands.n
    return _stack(head, s(18), s(28), n_strips, s(26 if n_strips else 38), s(8), bands.of(s(18)), s(6), s(14))


def _medium(n_strips: int, bands: Bands, metrics: Metrics) -> Rows:
    s = metrics.scaled
    head = s(28) + s(16) * bands.n
    return _stack(head, s(14), s(20), n_strips, s(20), s(6), bands.of(s(16)), s(4), s(8))


def _compact(n_strips: int, bands: Bands, metrics: Metrics) -> Rows:
    s = metrics.scaled
    return _stack(s(12), s(10), s(8), n_strips, s(8), s(3), (0, 0), s(2), s(4))


def thin(metrics: Metrics) -> Rows:
    """Heights of a lane that the user has collapsed."""
    s = metrics.scaled
    return Rows(s(20), s(4), 0, 0, s(10), s(8), s(20), 0, 0)


def _dense(n_strips: int, bands: Bands, metrics: Metrics) -> Rows:
    s = metrics.scaled
    return _stack(s(7), s(7), s(3), n_strips, s(5), s(1), (0, 0), s(1), s(1))
