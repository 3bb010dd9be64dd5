"""The shell: every side effect of Klopaan, and nothing but side effects. What is said stands in ``flows``."""
