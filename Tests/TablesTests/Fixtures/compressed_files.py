# SPDX-License-Identifier: EUPL-1.2
"""Writes one CSV file plain and compressed in several ways, for CompressedExchangeTests.

compressed_files.py FOLDER
"""

import gzip
import pathlib
import sys

import pyarrow


def zstd(path, content):
    with pyarrow.CompressedOutputStream(str(path), "zstd") as sink:
        sink.write(content)
    return path.read_bytes()


folder = pathlib.Path(sys.argv[1])
lines = [f"{n},{n * 7919 % 1000 / 8},group {n % 11}\n" for n in range(30_000)]
content = ("id,value,group\n" + "".join(lines)).encode()
half = len(content) // 2 + 3
(folder / "plain.csv").write_bytes(content)
(folder / "gzip.csv").write_bytes(gzip.compress(content))
(folder / "gzip-parts.csv").write_bytes(
    gzip.compress(content[:half], 1) + gzip.compress(content[half:], 9) + bytes(512))
zstd(folder / "zstd.csv", content)
parts = zstd(folder / "part.csv", content[:half]) + zstd(folder / "part.csv", content[half:])
(folder / "zstd-parts.csv").write_bytes(parts)
small = content[:400].rsplit(b"\n", 1)[0]
(folder / "small-gzip.csv").write_bytes(gzip.compress(small))
zstd(folder / "small-zstd.csv", small)
