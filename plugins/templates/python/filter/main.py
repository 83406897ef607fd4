"""Leaves out short documents."""

import sheaf


@sheaf.process
def process(doc, ctx):
    """Called for each document."""
    words = len(doc.text.split())
    if words < ctx.options["words"]:
        doc.drop(f"only {words} words")


sheaf.run()
