"""What `scrapy doctor` does: ask a few pages of an outlet, examine them, say what is wrong and what to do."""
