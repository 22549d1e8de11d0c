"""联名倡议书 of a college, a class or a dorm: each member joins, a poster shows who did."""
