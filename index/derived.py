"""Files that are derived from the catalogue: a header with its edition and a checksum, then the content.

A file that is missing, damaged or of another edition counts as absent: it is made anew from the catalogue.
"""

import struct
import zlib
from pathlib import Path

import numpy as np

from index.catalogue import Edition
from index.files import write_bytes

_HEADER = struct.Struct("<4s16sQI")
_MAGIC = b"FTD5"  # another one whenever what is written changes


def write_derived(path: Path, edition: Edition, content: bytes) -> None:
    """Write the file, whole or not at all."""
    library, generation = edition
    header = _HEADER.pack(_MAGIC, bytes.fromhex(library), generation, zlib.crc32(content))
    write_bytes(path, header, content)


def read_derived(path: Path, edition: Edition) -> memoryview | None:
    """The file's content, or None where it is missing, unreadable, damaged or of another edition."""
    try:
        # NumPy asks for large pages of memory: what is searched lies in these bytes, and is read whole.
        data = np.fromfile(path, np.uint8).data
    except OSError:
        return None
    if len(data) < _HEADER.size:
        return None
    magic, library, generation, checksum = _HEADER.unpack_from(data)
    content = data[_HEADER.size :]
    written = Edition(library.hex(), generation)
    if magic != _MAGIC or written != edition or zlib.crc32(content) != checksum:
        return None
    return content
