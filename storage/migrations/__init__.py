"""How the databases came to be: ``data`` is the municipality's own, ``keys`` the key store (``storage.migrate``)."""
