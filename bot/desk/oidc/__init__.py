"""Signing in at the municipality's own provider: OpenID Connect, the code flow with PKCE."""
