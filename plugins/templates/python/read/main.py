"""Reads CSV: a line a row, with tabs between the cells."""

import re

import sheaf


def cells_of(line, separator):
    """The cells of a line. Within quotation marks a separator is one of the letters."""
    cells, cell, quoted = [], "", False
    for letters, mark in re.findall(f'([^"{separator}]*)(["{separator}])', line + separator):
        cell += letters
        if mark == '"':
            quoted = not quoted
        elif quoted:
            cell += mark
        else:
            cells.append(cell)
            cell = ""
    return cells


@sheaf.process
def process(doc, ctx):
    """Called for each document: gives it its text, then adds spans."""
    lines = re.findall("[^\r\n]+", doc.content.decode("utf-8", "replace"))
    rows = ["\t".join(cells_of(line, ctx.options["separator"])) for line in lines]
    doc.set_text("".join(row + "\n" for row in rows))
    start = 0
    for row in rows:
        doc.add("table_row", start, start + len(row))
        start += len(row) + 1


sheaf.run()
