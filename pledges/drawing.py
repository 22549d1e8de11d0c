"""A signature as a picture, drawn by us from its points."""

from itertools import pairwise

MARGIN = 20
WIDTH = 9


def svg(strokes: list) -> str:
    """The strokes as an SVG document that holds numbers only."""
    if not strokes:  # signed on paper
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
    points = [(int(p[0]), int(p[1])) for stroke in strokes for p in stroke]
    left, top = (min(p[axis] for p in points) - MARGIN for axis in (0, 1))
    right, bottom = (max(p[axis] for p in points) + MARGIN for axis in (0, 1))
    size = f"{left} {top} {right - left} {bottom - top}"
    line = max(2, (right - left) * WIDTH // 600)
    paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" fill="none" stroke="#111" '
        f'stroke-width="{line}" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
    )


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
