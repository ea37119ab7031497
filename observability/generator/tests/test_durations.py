"""Durations are read, written and divided as Prometheus means them."""

import unittest

from generator.durations import divided, milliseconds, seconds, text


class DurationsTest(unittest.TestCase):
    def test_what_is_read_is_written_again(self) -> None:
        for written, length in [
            ("250ms", 250),
            ("30s", 30_000),
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("3d", 259_200_000),
            ("1d12h", 129_600_000),
            ("1m500ms", 60_500),
        ]:
            with self.subTest(written):
                self.assertEqual(milliseconds(written), length)
                self.assertEqual(text(length), written)

    def test_a_duration_is_written_in_the_largest_units(self) -> None:
        self.assertEqual([text(0), text(90_000), text(86_400_000)], ["0s", "1m30s", "1d"])

    def test_seconds_are_a_number(self) -> None:
        self.assertEqual([seconds(30_000), seconds(500), seconds(1_000)], ["30", "0.5", "1"])

    def test_what_is_no_duration_is_refused(self) -> None:
        for wrong in ["", "5", "m", "5 m", "-5m", "5w", "1h 30m"]:
            with self.subTest(wrong), self.assertRaises(ValueError):
                milliseconds(wrong)

    def test_dividing_rounds_up_to_whole_steps_and_stops_at_the_least(self) -> None:
        # A minute and a half in the laboratory's time is a second and a half: two evaluations.
        self.assertEqual(divided(90_000, 60, 1_000, 0), 2_000)
        self.assertEqual(divided(60_000, 60, 1_000, 0), 1_000)
        self.assertEqual(divided(60_000, 60, 1_000, 4_000), 4_000)
        self.assertEqual(divided(0, 60, 1_000, 0), 0)


if __name__ == "__main__":
    unittest.main()
