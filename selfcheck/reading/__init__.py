"""What a picture says: which page, whose, and in what state. Knows no model."""
