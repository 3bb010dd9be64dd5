"""Keeping in touch (contact houden) [002] promise 2 [003] module 10 [004] 3.1.7-3.1.9."""
