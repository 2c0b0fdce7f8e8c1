"""The parts of `newscrawl.extract`: bytes to a tree, its layout, the body, headline, metadata, pictures."""
