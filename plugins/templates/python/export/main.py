"""Writes a table of dates."""

import sheaf


def field(value):
    """A field of the table: on one line, without tabs."""
    return " ".join(value.split())


@sheaf.encode
def encode(doc, ctx):
    """Called for each document: gives its lines of the table."""
    return "".join(f"{field(doc.id)}\t{field(date.value)}\t{field(date.text)}\n"
                   for date in doc.spans("date"))


sheaf.run()
