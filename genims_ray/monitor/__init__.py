"""Prometheus and postgres_exporter over a run and its databases, and what Grafana has to know."""
