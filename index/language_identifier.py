"""The model that tells languages, unpacked once on each machine.

py3langid ships its model so compressed that unpacking takes half a second, a third of what a question
from the command line may take in all.
"""

from array import array
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import weights


@cache
def load_identifier() -> Any:
    """A `py3langid.langid.LanguageIdentifier` over all its languages."""
    from py3langid.langid import LanguageIdentifier

    final = weights.cache_folder() / f"py3langid-{version('py3langid')}.npz"
    with np.load(weights.build_once(final, _unpack), allow_pickle=False) as stored:
        return LanguageIdentifier(
            stored["features"],
            stored["priors"],
            stored["languages"].tolist(),
            _to_array(stored["moves"]),
            stored["outputs"].tolist(),
            tk_row=_to_array(stored["rows"]),
        )


def _unpack(target: Path) -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    with target.open("wb") as file:
        np.savez(
            file,
            features=identifier.nb_ptc,
            priors=identifier.nb_pc,
            languages=np.array(identifier.nb_classes),
            moves=np.asarray(identifier.tk_nextmove),
            outputs=np.array(identifier.tk_output),
            rows=np.asarray(identifier.tk_row),
        )


def _to_array(values: NDArray[Any]) -> "array[int]":
    """Plain arrays are several times faster to index one by one than NumPy's."""
    return array({2: "H", 4: "I", 8: "L"}[values.dtype.itemsize], values.tobytes())
