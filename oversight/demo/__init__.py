"""Invented schools to try the portal on: nothing here is about anybody."""
