"""A signature as a picture, drawn by us from its points."""

from itertools import pairwise

MARGIN = 20
WIDTH = 9
SMALL = (390, 168)  # the box of a hand among many: three steps to each pixel of its place
APART = 5  # steps between two points of it, a little more than half a millimetre on paper


def svg(strokes: list) -> str:
    """The strokes as an SVG document that holds numbers only."""
    if not strokes:  # signed on paper
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
    left, top, right, bottom = _edges(strokes)
    size = f"{left} {top} {right - left} {bottom - top}"
    line = max(2, (right - left) * WIDTH // 600)
    paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" fill="none" stroke="#111" '
        f'stroke-width="{line}" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
    )


def outline(strokes: list) -> tuple[str, str]:
    """A hand among many on one page: the size of its box and one path, as fine as it can be seen."""
    if not strokes:
        return "1 1", ""
    left, top, right, bottom = _edges(strokes)
    scale = min(SMALL[0] / (right - left), SMALL[1] / (bottom - top))
    paths = ""
    for stroke in strokes:
        points = [(round((p[0] - left) * scale), round((p[1] - top) * scale)) for p in stroke]
        paths += _path(_thinned(points))
    return f"{round((right - left) * scale)} {round((bottom - top) * scale)}", paths


def _edges(strokes: list) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what was drawn, with a margin."""
    across, down = ([int(p[axis]) for stroke in strokes for p in stroke] for axis in (0, 1))
    return min(across) - MARGIN, min(down) - MARGIN, max(across) + MARGIN, max(down) + MARGIN


def _thinned(points: list) -> list:
    """The first and the last point, and between them none that lies close to the one before it."""
    kept = points[:1]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= APART:
            kept.append((x, y))
    return kept + points[-1:]


def _path(stroke: list) -> str:
    """Curves through the midpoints, smooth as on the pad: each point between bends the line."""
    points = [(int(point[0]), int(point[1])) for point in stroke]
    first, last = points[0], points[-1]
    if len(points) < 3:
        return f"M{first[0]} {first[1]}L{last[0]} {last[1]}"
    bends = ""
    for (x, y), (to_x, to_y) in pairwise(points[1:]):
        bends += f"Q{x} {y} {(x + to_x) / 2:g} {(y + to_y) / 2:g}"
    return f"M{first[0]} {first[1]}{bends}L{last[0]} {last[1]}"
