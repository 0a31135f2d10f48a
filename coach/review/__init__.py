"""The coaches' review: which answers to look at, what was said of them, what comes of it."""
