"""The kind `safeguard`: App, codes and whatever else protects, shown by pictures."""
