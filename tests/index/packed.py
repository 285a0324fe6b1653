"""Writes files in the layout that `index.e5file` describes."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

from index.e5file import Shape

TINY = Shape(
    hidden=4, layers=1, heads=2, feed_forward=8, vocabulary=5, positions=6, types=1, epsilon=0.0009765625
)


@dataclass
class Tensor:
    """Kind 0 holds float32, kind 1 blocks of 4-bit weights."""

    kind: int
    elements: int
    data: bytes


@dataclass
class PackedFile:
    """A packed encoder; the ids of bos, eos, pad and unk are 0, 2, 1 and 3."""

    pieces: list[tuple[str, float]] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    shape: Shape = TINY
    magic: bytes = b"E5S1"
    block: int = 32

    def write(self, path: Path) -> Path:
        shape = self.shape
        sizes = (shape.hidden, shape.layers, shape.heads, shape.feed_forward)
        sizes += (shape.vocabulary, shape.positions, shape.types)
        head = self.magic + struct.pack("<I7ifi", 1, *sizes, shape.epsilon, self.block)
        head += self._pack_pieces() + struct.pack("<i", len(self.tensors))
        names = {name: name.encode() for name in self.tensors}
        offset = len(head) + sum(2 + len(name) + 21 for name in names.values())
        body = b""
        for name, tensor in self.tensors.items():
            head += struct.pack("<H", len(names[name])) + names[name]
            head += struct.pack("<BIQQ", tensor.kind, tensor.elements, offset + len(body), len(tensor.data))
            body += tensor.data
        path.write_bytes(head + body)
        return path

    def _pack_pieces(self) -> bytes:
        encoded = [piece.encode() for piece, _ in self.pieces]
        offsets = [sum(map(len, encoded[:place])) for place in range(len(encoded) + 1)]
        text, mapping = b"".join(encoded), b"\0\1\2"
        return b"".join(
            (
                struct.pack("<5iQ", len(encoded), 0, 2, 1, 3, len(text)),
                struct.pack(f"<{len(offsets)}I", *offsets),
                struct.pack(f"<{len(encoded)}f", *(score for _, score in self.pieces)),
                text,
                struct.pack("<iI", 1, len(mapping)),
                mapping,
            )
        )
