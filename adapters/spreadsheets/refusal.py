"""Why a file is not taken."""


class Refused(ValueError):
    """The file cannot be taken; the message is one sentence for the person who sent it."""
