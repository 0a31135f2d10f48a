"""Pathway Coach: career-change answers quoted from pathway guides, each sentence with its source."""
