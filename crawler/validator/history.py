"""What became of a report over the visits: changed, withdrawn, doubled, dated back."""
