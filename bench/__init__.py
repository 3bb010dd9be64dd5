"""``python -m bench``: what one step, one message and one page cost, and what a running process takes. Run by hand."""
