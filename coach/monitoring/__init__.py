"""What is told of the running app: a log of lines, figures for Prometheus, traces."""
