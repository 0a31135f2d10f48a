"""Whether answers are right, and what they cost: cases, metrics and benchmarks."""
