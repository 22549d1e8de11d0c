"""The one way to a private file."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.files import readable

# made anew by us, so what they hold is what they seem; everything else is only saved, never shown
SHOWN = {"image/jpeg", "image/png", "image/webp"}


@require_safe
def file(request, uuid):
    """The bytes, to whoever may see the row that owns them."""
    return sent(readable(request.user, uuid))


def sent(stored):
    """The answer that carries a file whose reader was found to be allowed it."""
    shown = stored.content_type in SHOWN
    kind = stored.content_type if shown else "application/octet-stream"
    if settings.X_ACCEL:
        response = HttpResponse(content_type=kind)
        response["X-Accel-Redirect"] = f"/private/{stored.file.name}"
    else:
        try:
            response = FileResponse(stored.file.open("rb"), content_type=kind)
        except FileNotFoundError:
            raise Http404 from None
    response["Content-Disposition"] = content_disposition_header(not shown, stored.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response
