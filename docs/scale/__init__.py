"""Reckons and simulates Jubilee for a billion users and a million requests a second; makes docs/scale.md.

Run from docs/: `python -m scale [--check]`, or `scripts/scale` from anywhere.
"""
