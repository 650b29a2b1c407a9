"""Figures that a body of this kind would hardly have."""
