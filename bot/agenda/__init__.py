"""Appointments: when the team can be met, and who has which moment."""
