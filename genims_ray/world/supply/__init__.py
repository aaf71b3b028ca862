"""Supply: what suppliers deliver, and the lots in use."""
