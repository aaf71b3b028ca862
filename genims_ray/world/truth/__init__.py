"""What no system records: the causes behind what is seen."""
