"""The program of the process that draws a page: a file comes in, with what to light on it, and a PNG goes out."""

import io
import pickle
import sys
from collections.abc import Sequence

LIGHT = (255, 222, 110)


def main() -> None:
    """Draw the page that standard input names on standard output."""
    from ingest.splitting.confinement import confine

    confine()
    data, number, width, boxes = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(drawn(data, number, width, boxes))


def drawn(data: bytes, number: int, width: int, boxes: Sequence[tuple[float, float, float, float]]) -> bytes:
    """Return a page, so many pixels wide, with boxes on it as if a marker had gone over them."""
    import pypdfium2
    from PIL import Image, ImageChops, ImageDraw

    document = pypdfium2.PdfDocument(data)
    page = document[number - 1]
    across, down = page.get_size()
    scale = min(width / across, (4 * width) / down)
    picture = page.render(scale=scale).to_pil().convert("RGB")
    if boxes:
        light = Image.new("RGB", picture.size, "white")
        draw = ImageDraw.Draw(light)
        for left, top, right, bottom in boxes:
            draw.rectangle(
                (left * picture.width, top * picture.height, right * picture.width, bottom * picture.height), fill=LIGHT
            )
        picture = ImageChops.multiply(picture, light)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


if __name__ == "__main__":
    main()
