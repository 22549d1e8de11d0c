"""The unit's head signs a pledge round's text once, and stands on each copy of its people."""
