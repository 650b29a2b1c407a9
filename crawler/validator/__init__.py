"""Report and what is known around it, to findings. Pure."""
