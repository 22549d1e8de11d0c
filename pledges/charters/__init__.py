"""责任书 between tiers: two named people sign each, on behalf of the upper and the lower unit."""
