"""The conversations, and nothing but the conversations: pure functions over frozen data."""
