"""A newsroom of two invented outlets, served on loopback under real host names, with known content.

`python -m newscrawl.sample` runs it; `newscrawl.sample.client.Sample` does so from a test or benchmark, and
`newscrawl.sample.content.Newsroom` is the ground truth that a crawl of it is compared with.
"""
