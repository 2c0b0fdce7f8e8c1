collect_ignore = ["pywb_replay.py"]  # runs in pywb's environment only
