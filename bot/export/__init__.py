"""What happened over a period, for the municipality's own administration: contacts and cases, as CSV or JSON."""
