"""Check a data folder: archive, lines, state and manifest, and mend what can be mended without guessing."""
