"""Sensitive values as they are shown unless somebody asks for more, with a reason."""


def masked(value: str, *, head: int, tail: int) -> str:
    """The first and last characters with stars between; '' stays ''."""
    if len(value) <= head + tail:
        return "*" * len(value)
    return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]


def phone(value: str) -> str:
    """138****1234."""
    return masked(value, head=3, tail=4)


def id_number(value: str) -> str:
    """330***********1234."""
    return masked(value, head=3, tail=4)
