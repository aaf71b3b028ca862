"""Sensors: what instruments and controllers tell of the shop floor, and when they fail to."""
