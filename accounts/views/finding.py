"""People suggested while somebody types."""

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import pace
from accounts.finding import found_people, said
from accounts.forms import FindForm
from accounts.models import User

ASKED = 120  # a minute: a fast typist needs a third of them


@never_cache
@require_safe
def find_people(request):
    """The first few people in view who fit what was typed."""
    if not pace.within("find", request.user.pk, ASKED):
        return JsonResponse({"results": []}, status=429)
    people = User.objects.permitted(request.user)
    found = found_people(people, FindForm(request.GET).typed())
    results = [{"value": said(person), "place": place} for person, place in found]
    return JsonResponse({"results": results})
