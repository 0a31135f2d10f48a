"""Composing answers: by quoting, so that each sentence has the words it rests on."""
