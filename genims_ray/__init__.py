"""GenIMS on Ray: a whole manufacturing enterprise, simulated and loaded into PostgreSQL."""

__version__ = "0.1.0"
