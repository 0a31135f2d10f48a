"""Each module measures one ratio in one run and prints it; `make bench` runs them all."""
