"""断卡自查 (`cardcheck`): everybody declares, classes check, colleges sum up and report."""
