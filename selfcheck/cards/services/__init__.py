"""Writes of 断卡自查."""
