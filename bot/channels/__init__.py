"""Channels: they translate and verify, nothing else; what they can show is in one table, rendering is shared."""
