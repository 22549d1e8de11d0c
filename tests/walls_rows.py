"""With which rows each address is tried: the actor's own, another college's, another school's, none.

An address that is not listed here fails the walls, so that none is forgotten.
"""

from uuid import UUID

from accounts.models import ImportBatch, Job
from rounds.models import Evidence, Excuse

NOTHING = 10**12
NO_FILE = UUID(int=7)

# what stands in the place of each argument
SHAPES: dict[str, tuple[tuple[str, ...], ...]] = {
    "accounts:login": ((),),
    "accounts:cas": ((),),
    "accounts:logout": ((),),
    "accounts:activate": ((),),
    "accounts:me": ((),),
    "accounts:password": ((),),
    "accounts:promise": ((),),
    "accounts:people": ((),),
    "accounts:person": (("person",),),
    "accounts:unmask": (("person",),),
    "accounts:reissue": (("person",),),
    "accounts:slips": ((),),
    "accounts:slip_unit": (("klass",),),
    "accounts:print_slips": (("klass",),),
    "accounts:file": (("file",),),
    "accounts:job": (("job",),),
    "oversight:home": ((),),
    "rounds:list": ((),),
    "rounds:new": ((),),
    "rounds:draft": (("draft",),),
    "rounds:edit": (("draft",),),
    "rounds:issue": (("draft",),),
    "rounds:withdraw": (("round",),),
    "rounds:close": (("round",),),
    "rounds:board": (("round",), ("round", "klass"), ("round", "college")),
    "rounds:export": (("round", "klass"),),
    "rounds:reminder": (("round", "klass"),),
    "rounds:excuse_person": (("round", "person"),),
    "rounds:void_excuse": (("excuse",),),
    "rounds:corrections": ((),),
    "rounds:decide": (("correction",),),
    "rounds:assignments": ((),),
    "rounds:approve_many": ((),),
    "rounds:assignment": (("part",),),
    "rounds:opened": (("part",),),
    "rounds:submit": (("part",),),
    "rounds:withdraw_part": (("part",),),
    "rounds:approve": (("part",),),
    "rounds:send_back": (("part",),),
    "rounds:undo": (("part",),),
    "rounds:excuse": (("part",),),
    "rounds:attach": (("part",),),
    "rounds:detach": (("evidence",),),
    "pledges:sign": (("round",),),
    "pledges:correct": (("round",),),
    "pledges:receipt": (("round", "person"),),
    "pledges:pledge": (("round", "person"),),
    "pledges:drawing": (("round", "person"),),
    "pledges:texts": ((),),
    "pledges:starter": ((),),
    "pledges:new_text": ((),),
    "pledges:text": (("text",),),
    "pledges:new_version": (("text",),),
    "roster:list": ((),),
    "roster:upload": ((),),
    "roster:batch": (("batch",),),
    "roster:confirm": (("batch",),),
    "roster:discard": (("batch",),),
    "roster:rejected": (("batch",),),
    "roster:absent": ((),),
    "roster:settle": (("person",),),
}
BODIES = {name: {"reason": "核对后办理", "note": "说明", "decision": "grant"} for name in SHAPES}


def row(world, what: str, variant: str):
    """The id that stands for an argument in a variant."""
    if variant == "nothing":
        return NO_FILE if what == "file" else NOTHING
    c = world.b if variant == "abroad" else world
    foreign = variant == "foreign"
    found = {
        "person": lambda: c.foreign_student if foreign else c.student,
        "klass": lambda: c.other_class if foreign else c.klass,
        "college": lambda: c.other_college if foreign else c.college,
        "round": lambda: c.round,
        "draft": lambda: c.draft,
        "part": lambda: c.other_part if foreign else c.part,
        "excuse": lambda: Excuse.objects.get(round=c.round),
        "correction": lambda: c.correction,
        "evidence": lambda: Evidence.objects.get(assignment=c.part),
        "text": lambda: c.round.pledge.text,
        "job": lambda: Job.objects.get(requested_by=c.office),
        "batch": lambda: ImportBatch.objects.get(unit=c.school),
        "file": lambda: Evidence.objects.get(assignment=c.part).file,
    }[what]()
    return found.uuid if what == "file" else found.pk


ROWS = {
    name: lambda world, variant, shapes=shapes: [
        [row(world, what, variant) for what in shape] for shape in shapes
    ]
    for name, shapes in SHAPES.items()
}
