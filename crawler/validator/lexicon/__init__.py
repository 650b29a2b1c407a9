"""Words and phrases that rules look for. Data only; how they are used stands in the rules."""
