"""The chat that every transcript plays in."""

from __future__ import annotations

import pytest

from tests.transcripts.player import Chat


@pytest.fixture
def chat() -> Chat:
    """A new person on the web chat, Monday morning, the municipality open."""
    return Chat()
