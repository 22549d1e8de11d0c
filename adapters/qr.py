"""QR codes as pictures that stand in the page itself."""

import base64
import io

import qrcode
from qrcode.image.svg import SvgPathImage


def data_url(text: str) -> str:
    """A `data:` address of the QR code that holds the text."""
    code = qrcode.make(text, image_factory=SvgPathImage, border=1)
    return f"data:image/svg+xml;base64,{base64.b64encode(code.to_string()).decode()}"


def png_url(text: str) -> str:
    """The same as a PNG, which a phone can save to its album by a long press."""
    out = io.BytesIO()
    qrcode.make(text, box_size=8, border=3).save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
