"""Plants nobody has tried: drawn at random, rendered in two cuts, checked, loaded, verified."""
