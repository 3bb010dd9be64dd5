"""A simulated year: people who are looked after, with everything that a year brings, killed and restarted."""
