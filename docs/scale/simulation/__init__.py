"""Simulations of what arithmetic cannot tell: each has its seed, and gives the same figures in every run."""
