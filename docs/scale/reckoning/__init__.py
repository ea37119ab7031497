"""The arithmetic: demand, machines, traffic, what watches, recovery, money. Each a dictionary of figures."""
