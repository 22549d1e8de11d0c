"""Pictures from outside: opened with care, and made anew before they are kept."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from datetime import datetime

from PIL import Image as Pillow
from PIL import ImageOps
from pillow_heif import register_heif_opener

register_heif_opener(thumbnails=False)
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 4000
QUALITY = 88
TAKEN, EXIF, TAKEN_ORIGINALLY = 0x0132, 0x8769, 0x9003  # where a camera writes its clock


class Unusable(Exception):
    """The picture cannot be taken; the message is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Image:
    """A picture made by us: upright, without anything the camera wrote into it.

    `received` is the digest of the file as it came, `pixels` of what is seen on it upright (at half
    its size);
    `taken_at` the camera's own clock, without a zone, None where it says nothing.
    """

    bytes: bytes
    sha256: str
    received: str
    pixels: str
    taken_at: datetime | None = None
    content_type: str = "image/jpeg"


def open_safely(sent) -> Image:
    """The picture in a file, upright, its metadata gone, encoded anew as JPEG.

    Raises Unusable for what is too large, is no JPEG, PNG, WebP or HEIC, or does not decode cleanly.
    """
    data = sent.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unusable("图片超过 10 MB，请压缩后再上传。")
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a picture that unpacks to a bomb
            warnings.simplefilter("error")
            return _made_anew(data)
    except Unusable:
        raise
    except Exception:
        raise Unusable(
            "图片无法识别，请使用 JPG、PNG、WebP 或 HEIC 格式的照片、截图或扫描件。"
        ) from None


def _made_anew(data: bytes) -> Image:
    with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Unusable("图片超过 4000 万像素，请缩小后再上传。")
        picture.load()
        taken_at = _taken_at(picture)
        ImageOps.exif_transpose(picture, in_place=True)
        upright = _opaque(picture)
    pixels = hashlib.sha256(repr(upright.size).encode())
    pixels.update(upright.reduce(2).tobytes())  # a quarter of the bytes, made of all of them
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright.info.clear()  # a comment or XMP would be written along
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY, optimize=True)
    made = out.getvalue()
    return Image(
        made,
        hashlib.sha256(made).hexdigest(),
        hashlib.sha256(data).hexdigest(),
        pixels.hexdigest(),
        taken_at,
    )


def _opaque(picture: Pillow.Image) -> Pillow.Image:
    """In plain colours; transparent paper is white paper."""
    if picture.mode in {"RGBA", "LA", "P", "PA"}:
        layer = picture.convert("RGBA")
        picture = Pillow.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _taken_at(picture: Pillow.Image) -> datetime | None:
    """What the camera's clock said, where it is a time."""
    exif = picture.getexif()
    said = exif.get_ifd(EXIF).get(TAKEN_ORIGINALLY) or exif.get(TAKEN)
    try:
        return datetime.strptime(str(said), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 it has no zone
    except ValueError:
        return None
