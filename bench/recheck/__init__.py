"""How fast the archive is read again; see bench/README.md."""
