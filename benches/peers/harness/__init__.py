"""Measures Jubilee beside other services of the same API; makes charts and a page of it."""
