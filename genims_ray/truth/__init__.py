"""Known truth: what caused what, beside the databases and never in them, to score an analysis against."""
