"""``klopaan demo``: everything on this machine, without any account; a made-up municipality, made-up people."""
