"""Numbers are written as people read them."""

import unittest

from scale import figures


class FiguresTest(unittest.TestCase):
    def test_three_figures_are_kept_and_no_more(self) -> None:
        for value, text in (
            (0, "0"), (1, "1"), (1234, "1,230"), (0.041237, "0.0412"), (45.67, "45.7"), (2.0, "2"),
            (0.5, "0.5"), (999.7, "1,000"), (12_345_678, "12,300,000"), (10, "10"), (100.4, "100"),
        ):
            self.assertEqual(figures.count(value), text, value)

    def test_large_numbers_have_names(self) -> None:
        self.assertEqual(figures.large(1e9), "1 billion")
        self.assertEqual(figures.large(1_234_000), "1.23 million")
        self.assertEqual(figures.large(409_195), "409,000")

    def test_shares_and_hours(self) -> None:
        self.assertEqual(figures.percent(0.0424), "4.24 %")
        self.assertEqual(figures.clock(11.75), "11:45")

    def test_a_table_is_markdown(self) -> None:
        self.assertEqual(figures.table(("a", "b"), [("1", "2")]), "| a | b |\n|---|---|\n| 1 | 2 |")


if __name__ == "__main__":
    unittest.main()
