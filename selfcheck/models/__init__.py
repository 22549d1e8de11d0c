"""Tables of “断卡” returns and of safeguards."""
