"""Makes what is generated in observability/: rules, alerts and dashboards.

Run from observability/: `python -m generator [rules|slo.json|…] [--check]`.
"""
