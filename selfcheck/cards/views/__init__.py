"""Pages of 断卡 returns."""
