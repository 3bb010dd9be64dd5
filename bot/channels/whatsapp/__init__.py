"""WhatsApp, by the Cloud API: what goes out (`channel`), what comes in (`webhook`)."""

from bot.channels.whatsapp.channel import WhatsappChannel
from bot.channels.whatsapp.webhook import PATH, setup

__all__ = ["PATH", "WhatsappChannel", "setup"]
