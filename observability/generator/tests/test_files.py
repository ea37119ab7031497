"""What is generated is written, compared, and cleared of orphans."""

import tempfile
import unittest
from pathlib import Path

from generator.files import Generated, differences, write


class FilesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.generated = Generated({"made/one.yaml": "one\n", "made/two.yaml": "two\n"}, "made/*")

    def test_what_was_written_does_not_differ(self) -> None:
        self.assertEqual(write(self.root, self.generated), ["made/one.yaml", "made/two.yaml"])
        self.assertEqual(differences(self.root, self.generated), [])
        self.assertEqual(write(self.root, self.generated), [])

    def test_missing_changed_and_orphaned_files_are_told_apart(self) -> None:
        write(self.root, self.generated)
        (self.root / "made/one.yaml").unlink()
        (self.root / "made/two.yaml").write_text("2\n", encoding="utf-8")
        (self.root / "made/three.yaml").write_text("three\n", encoding="utf-8")
        self.assertEqual(
            differences(self.root, self.generated),
            [
                "made/one.yaml is missing",
                "made/two.yaml is not what its sources make",
                "made/three.yaml is made by nothing",
            ],
        )
        write(self.root, self.generated)
        self.assertEqual(differences(self.root, self.generated), [])
        self.assertFalse((self.root / "made/three.yaml").exists())


if __name__ == "__main__":
    unittest.main()
