"""What happens to a screen on its way: sent through chat apps, cut, photographed, turned."""

import io
import random

import numpy as np
from PIL import Image as Pillow


def _jpeg(image: Pillow.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def clean(image, chance):
    """As the phone kept it."""
    return _jpeg(image, 92)


def poor(image, chance):
    """Saved with little care."""
    return _jpeg(image, 32)


def chat(image, chance):
    """Sent through a chat app: half the size, then again."""
    smaller = image.resize((image.width // 2, image.height // 2), Pillow.Resampling.BICUBIC)
    return _jpeg(Pillow.open(io.BytesIO(_jpeg(smaller, 55))), 60)


def thumb(image, chance):
    """A good third of the size, saved badly."""
    scale = 0.42 if image.width > 900 else 0.55
    size = (int(image.width * scale), int(image.height * scale))
    return _jpeg(image.resize(size, Pillow.Resampling.BILINEAR), 45)


def cut(image, chance):
    """The foot and a little of the sides are cut off; of every third the head as well, with its clock."""
    side = int(image.width * 0.015)
    head = int(image.width * 0.075) if chance.random() < 0.33 else 0
    box = (side, head, image.width - side, int(image.height * 0.86))
    return _jpeg(image.crop(box), 85)


def tilted(image, chance):
    """A few degrees askew."""
    angle = chance.choice([-3, -2, 2, 3])
    return _jpeg(
        image.rotate(angle, Pillow.Resampling.BICUBIC, expand=True, fillcolor="#5a4c40"), 80
    )


def photo(image, chance, hard=0.5):
    """A photograph of the screen: perspective, moire, glare and noise."""
    w, h = image.size
    image = image.resize((w * 4 // 5, h * 4 // 5)) if w > 900 else image
    w, h = image.size
    pad = w // 8
    table = chance.choice(["#6b5b4b", "#3d3d3d", "#8b8f94"])
    around = Pillow.new("RGB", (w + 2 * pad, h + 2 * pad), table)
    around.paste(image, (pad, pad))
    jump = lambda: chance.uniform(-pad * 0.4, pad * 0.4) * hard  # noqa: E731
    W, H = around.size
    target = [(jump() + x, jump() + y) for x, y in ((0, 0), (W, 0), (W, H), (0, H))]
    source = [(0, 0), (W, 0), (W, H), (0, H)]
    around = around.transform(
        (W, H),
        Pillow.Transform.PERSPECTIVE,
        _perspective(target, source),
        Pillow.Resampling.BICUBIC,
    )
    pixels = np.asarray(around).astype(np.float32)
    ys, xs = np.mgrid[0:H, 0:W].astype(np.float32)
    moire = np.sin(xs / chance.uniform(2.2, 3.4) + ys / chance.uniform(9, 14)) * 7 * hard
    cx, cy = chance.uniform(0.2, 0.8) * W, chance.uniform(0.1, 0.9) * H
    glare = np.exp(-(((xs - cx) / (0.22 * W)) ** 2 + ((ys - cy) / (0.12 * H)) ** 2)) * 60 * hard
    noise = np.random.default_rng(chance.randrange(10**6)).normal(0, 7 * hard, pixels.shape)
    tint = np.array(
        [chance.uniform(0.92, 1.0), chance.uniform(0.95, 1.0), chance.uniform(0.92, 1.0)]
    )
    made = np.clip(pixels * 0.93 * tint + (moire + glare)[:, :, None] + noise, 0, 255)
    return _jpeg(Pillow.fromarray(made.astype(np.uint8)), 75)


def hard_photo(image, chance):
    """The same, worse."""
    return photo(image, chance, 1.0)


def sideways(image, chance):
    """Turned by a quarter or a half."""
    return _jpeg(image.rotate(chance.choice([90, 180, 270]), expand=True), 85)


def _perspective(target, source):
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows), np.array(values)).tolist()


WAYS = {
    one.__name__: one
    for one in (clean, poor, chat, thumb, cut, tilted, photo, hard_photo, sideways)
}


def damaged(image: Pillow.Image, way: str, seed: int) -> bytes:
    """The picture after its way, always the same for a seed."""
    return WAYS[way](image, random.Random(seed))
