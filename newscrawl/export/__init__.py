"""Data sets out of the lines: chosen, ordered, whole or absent, with what explains them beside."""
