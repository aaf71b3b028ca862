"""The shop floor: what is made, on which line, when, how well, and what stops it."""
