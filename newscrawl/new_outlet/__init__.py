"""What `scrapy new-outlet` does: look at a site, learn what its articles are, draft the outlet's file."""
