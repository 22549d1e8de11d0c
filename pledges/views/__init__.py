"""Pages of pledges: signing, texts, proof."""
