"""Take an article out of the archive: find all that belongs to it, put tombstones in its place, remember."""
