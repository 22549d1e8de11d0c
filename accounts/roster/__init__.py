"""Roster files as 教务 and 人事 export them, read into clean rows; knows no model."""
