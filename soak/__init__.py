"""The long proofs by name: `make soak PART=kill_worker`. `make check` runs a small sample of each."""
