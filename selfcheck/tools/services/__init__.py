"""Writes of safeguards: the catalogue, pictures in, judging."""
