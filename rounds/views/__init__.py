"""Pages of the round: its board, its drafting, its parts, its people."""
