"""Run with: python3 -m unittest (or pytest)."""

import unittest

from proeftuin import DataFault, Table
from stages import late


class LateTests(unittest.TestCase):
    def test_a_case_is_late_above_the_norm_and_an_open_case_is_unknown(self):
        cases = Table({"case": ["A", "B", "C"], "days": [56, 57, None]})
        self.assertEqual(list(late(cases, norm=56)["late"]), [False, True, None])

    def test_the_other_columns_stay(self):
        cases = Table({"case": ["A"], "days": [3]})
        self.assertEqual(list(late(cases)["case"]), ["A"])

    def test_negative_days_are_refused(self):
        with self.assertRaises(DataFault):
            late(Table({"days": [-1]}))


if __name__ == "__main__":
    unittest.main()
