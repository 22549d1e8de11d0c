"""Pictures from outside, made anew."""

import io
import struct
import zlib

import pytest
from PIL import Image as Pillow
from PIL import PngImagePlugin

from adapters import images


def encoded(form, size=(60, 40), mode="RGB", **more):
    out = io.BytesIO()
    Pillow.new(mode, size, 100).save(out, form, **more)
    out.seek(0)
    return out


def reopened(image):
    return Pillow.open(io.BytesIO(image.bytes))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_becomes_a_jpeg_of_our_own(form):
    made = images.open_safely(encoded(form))

    assert made.content_type == "image/jpeg"
    assert (reopened(made).format, reopened(made).size) == ("JPEG", (60, 40))


def test_the_same_picture_has_the_same_digest():
    assert images.open_safely(encoded("PNG")) == images.open_safely(encoded("PNG"))


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "ICO"])
def test_other_kinds_are_refused(form):
    with pytest.raises(images.Unusable, match="图片无法识别"):
        images.open_safely(encoded(form))


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"\0" * 40]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(images.Unusable, match="图片无法识别"):
        images.open_safely(io.BytesIO(data))


def test_a_torn_picture_is_refused():
    whole = encoded("JPEG", size=(600, 400)).getvalue()

    with pytest.raises(images.Unusable, match="图片无法识别"):
        images.open_safely(io.BytesIO(whole[: len(whole) // 2]))


def test_more_than_ten_megabytes_are_refused():
    with pytest.raises(images.Unusable, match="10 MB"):
        images.open_safely(io.BytesIO(b"\xff" * (images.MOST_BYTES + 1)))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("side", [7000, 20_000, 60_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"") + chunk(b"IEND", b"")

    with pytest.raises(images.Unusable):
        images.open_safely(io.BytesIO(bomb))


def test_what_the_camera_wrote_is_gone_and_the_picture_upright():
    exif = Pillow.Exif()
    exif[0x0112], exif[0x010F] = 6, "CANARY-CAMERA"
    sent = encoded("JPEG", exif=exif, comment=b"CANARY-COMMENT", xmp=b"CANARY-XMP")

    made = images.open_safely(sent)

    assert reopened(made).size == (40, 60)
    assert b"CANARY" not in made.bytes
    assert not reopened(made).getexif()


def test_text_hidden_in_a_png_is_gone():
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "CANARY")

    assert b"CANARY" not in images.open_safely(encoded("PNG", pnginfo=note)).bytes


def test_transparent_paper_becomes_white():
    out = io.BytesIO()
    Pillow.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    out.seek(0)

    assert reopened(images.open_safely(out)).getpixel((5, 5)) == (255, 255, 255)


def test_what_is_seen_has_a_digest_whatever_the_file_says_beside_it():
    plain, marked = encoded("JPEG"), encoded("JPEG", comment=b"sent by an app")
    one, other = images.open_safely(plain), images.open_safely(marked)

    assert one.received != other.received
    assert one.pixels == other.pixels
    assert images.open_safely(encoded("JPEG", size=(40, 60))).pixels != one.pixels


def test_the_cameras_clock_is_told_and_not_kept_in_the_picture():
    exif = Pillow.Exif()
    exif[0x0132] = "2026:11:20 21:05:09"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:19 08:00:01"
    made = images.open_safely(encoded("JPEG", exif=exif))

    assert str(made.taken_at) == "2026-11-19 08:00:01"
    assert not reopened(made).getexif()
    exif.get_ifd(0x8769)[0x9003] = "yesterday"
    assert images.open_safely(encoded("JPEG", exif=exif)).taken_at is None
