"""What a unit keeps for inspection, as one zip: of a round, or of a year over all its rounds."""
