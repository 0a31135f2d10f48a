"""Pathway Coach: career questions answered by quoting pathway guides, each sentence sourced."""
