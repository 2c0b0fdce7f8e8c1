"""The archive as a library: find captures of a URL, prove an article, pack a period. See docs/replay.md."""
