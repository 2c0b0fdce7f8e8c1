"""Extract archives again: many WARC files to clean lines, on all cores or a cluster. See docs/reextract.md.

Each stretch of an archive is a task that stands alone (`pages`, `task`), run in a process that may die
(`supervise`), on this machine or others (`engines`); what the tasks found is put together at the end
(`merge`).
"""
