"""Pictures from outside: opened with care, and made anew before they are kept."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image as Pillow
from PIL import ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 4000
QUALITY = 88


class Unusable(Exception):
    """The picture cannot be taken; the message is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Image:
    """A picture made by us: upright, without anything the camera wrote into it."""

    bytes: bytes
    sha256: str
    content_type: str = "image/jpeg"


def open_safely(sent) -> Image:
    """The picture in a file, upright, its metadata gone, encoded anew as JPEG.

    Raises Unusable for what is too large, is no JPEG, PNG or WebP, or does not decode cleanly.
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
        raise Unusable("图片无法识别，请使用 JPG、PNG 或 WebP 格式的照片或扫描件。") from None


def _made_anew(data: bytes) -> Image:
    with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Unusable("图片超过 4000 万像素，请缩小后再上传。")
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        if upright.mode in {"RGBA", "LA", "P", "PA"}:  # transparent paper is white paper
            layer = upright.convert("RGBA")
            upright = Pillow.new("RGB", layer.size, "white")
            upright.paste(layer, mask=layer.getchannel("A"))
        upright = upright.convert("RGB")
        upright.info.clear()  # a comment or XMP would be written along
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=QUALITY, optimize=True)
    made = out.getvalue()
    return Image(made, hashlib.sha256(made).hexdigest())
